import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {Scope} from '../../base/scope.ts';
import {cacheRoot} from '../../build/store.ts';
import {ensureArtifacts} from '../../experiment/artifacts.ts';
import {type Lab, openLab} from '../../experiment/lab.ts';
import {l1Spec} from '../../experiment/machines.ts';
import {packL1, packL2} from '../../experiment/payload.ts';
import type {Guest} from '../../machine/guest.ts';
import {makeKeys} from '../../machine/keys.ts';
import {LocalHost} from '../../machine/local-host.ts';
import {readScenario} from '../../scenario/read.ts';
import {readSeries} from '../../scenario/series.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

/** L1 and both L2 of a series, up and idle. */
async function openLabOf(scope: Scope, name: string): Promise<Lab> {
  const folder = await temporaryFolder(scope, {});
  const {signal} = new AbortController();
  const emit = (): void => {};
  const series = await readSeries(root, name);
  const artifacts = await ensureArtifacts({root: cacheRoot(), emit, signal}, root, [series], {}, emit);
  const keys = await makeKeys(artifacts.toolchain, folder);
  const shared = {...artifacts, keys};
  const arm = artifacts.arms[0]!;
  const initrd = await packL1(shared, arm, await packL2(shared, folder), folder, 'l1');
  const scenario = await readScenario(path.join(root, 'scenarios/iova-churn.yaml'), []);
  const l1 = l1Spec(scenario, 'tcg', path.join(arm.kernel.folder, 'bzImage'), initrd);
  return openLab(scope, new LocalHost(folder), l1, scenario, [], keys, {logs: folder, emit, signal});
}

/** Runs a program that prints KTAP, and fails for each test of it that failed. */
async function passesKtap(t: ExecutionContext, guest: Guest, program: string, least: number): Promise<void> {
  const output = await guest.run(program, `${program} || true`, 300_000);
  const failed = output.split('\n').filter(line => /^\s*not ok\b/.test(line));
  t.deepEqual(failed, [], output);
  const passed = output.split('\n').filter(line => /^\s*ok\b(?!.*# SKIP)/.test(line));
  t.true(passed.length >= least, `${program}: ${passed.length} tests passed, ${least} expected at least:\n${output}`);
  t.log(`${program}: ${passed.length} passed`);
}

test('gpa-map keeps its uapi, the device its promises, and bad descriptors end in error completions', async t => {
  await using scope = new Scope();
  const lab = await openLabOf(scope, 'gpa-map');
  await passesKtap(t, lab.l2Guest, 'vdmae-baddesc', 40);
  await passesKtap(t, lab.l1Guest, 'vdmae-migration-test', 50);
  await passesKtap(t, lab.l1Guest, 'type1-gpa-test', 40);
  t.deepEqual(
    [lab.l1, lab.source, lab.target].flatMap(machine => machine.console.splats),
    [],
  );
});

test('on upstream tracking by IOVA works as it always did, and the tests of the proposal are skipped', async t => {
  await using scope = new Scope();
  const lab = await openLabOf(scope, 'upstream');
  await passesKtap(t, lab.l1Guest, 'type1-gpa-test', 5);
  t.deepEqual(lab.l1.console.splats, []);
});
