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
  const artifacts = await ensureArtifacts({root: cacheRoot(), emit, signal}, root, [series], {}, false, emit);
  const keys = await makeKeys(artifacts.toolchain, folder);
  const shared = {...artifacts, keys};
  const arm = artifacts.arms[0]!;
  const initrd = await packL1(shared, arm, await packL2(shared, folder), folder, 'l1');
  const scenario = await readScenario(path.join(root, 'scenarios/iova-churn.yaml'), []);
  const l1 = l1Spec(scenario, 'tcg', path.join(arm.kernel.folder, 'bzImage'), initrd);
  return openLab(scope, new LocalHost(folder), l1, scenario, [], keys, {logs: folder, emit, signal});
}

/** What a program that prints KTAP said: the names of the tests that passed and of those that failed. */
async function runKtap(t: ExecutionContext, guest: Guest, program: string) {
  const output = await guest.run(program, `${program} || true`, 300_000);
  const named = (pattern: RegExp): string[] => [...output.matchAll(pattern)].map(match => match[1]!);
  const results = {
    passed: named(/^ok \d+ (?!.*# SKIP)(.+)$/gm),
    failed: named(/^not ok \d+ (.+)$/gm),
    planned: Number(/^1\.\.(\d+)$/m.exec(output)?.[1] ?? 0),
  };
  t.log(`${program}: ${results.passed.length} of ${results.planned} passed, ${results.failed.length} failed`);
  return results;
}

test('gpa-map keeps its uapi, the device its promises, and bad descriptors end in error completions', async t => {
  await using scope = new Scope();
  const lab = await openLabOf(scope, 'gpa-map');
  const tests = [
    {guest: lab.l2Guest, program: 'vdmae-baddesc', skipped: 0},
    {guest: lab.l2Guest, program: 'vdmae-rebind-test', skipped: 0},
    {guest: lab.l1Guest, program: 'vdmae-migration-test', skipped: 0},
    // A device passed through is not there, and no log for several containers, and no IOTLB.
    {guest: lab.l1Guest, program: 'type1-uapi', skipped: 9},
    {guest: lab.l1Guest, program: 'type1-uapi-old', skipped: 0},
  ];
  for (const {guest, program, skipped} of tests) {
    const {passed, failed, planned} = await runKtap(t, guest, program);
    t.deepEqual(failed, []);
    t.true(planned > 0);
    t.is(passed.length, planned - skipped, program);
  }
  t.deepEqual(
    [lab.l1, lab.source, lab.target].flatMap(machine => machine.console.splats),
    [],
  );
});

test('containers that share a log lose nothing as they come, go and race, and a log alone is as it was', async t => {
  await using scope = new Scope();
  const lab = await openLabOf(scope, 'gpa-map-shared');
  const {passed, failed, planned} = await runKtap(t, lab.l1Guest, 'type1-shared-log-test');
  t.deepEqual(failed, []);
  t.is(passed.length, planned - 1); // A device passed through is not there.
  const uapi = await runKtap(t, lab.l1Guest, 'type1-uapi');
  t.deepEqual(uapi.failed, []);
  t.true(uapi.passed.some(name => name.startsWith('shared log: ')));
  t.deepEqual(lab.l1.console.splats, []);
});

test('upstream refuses what the series add, and its own uapi is the same for an old program', async t => {
  await using scope = new Scope();
  const lab = await openLabOf(scope, 'upstream');
  const {passed, failed} = await runKtap(t, lab.l1Guest, 'type1-uapi');
  t.deepEqual(failed, []);
  const old = await runKtap(t, lab.l1Guest, 'type1-uapi-old');
  t.deepEqual(old.failed, []);
  t.deepEqual(
    old.passed,
    passed.filter(name => name.startsWith('iova: ')),
  );
  t.deepEqual(lab.l1.console.splats, []);
});

test('the control is caught without a guest too: its log forgets what was unmapped', async t => {
  await using scope = new Scope();
  const lab = await openLabOf(scope, 'controls/unmap-forgets');
  const {passed, failed} = await runKtap(t, lab.l1Guest, 'type1-uapi');
  t.true(failed.some(name => name.startsWith('gpa: outlives unmap')));
  t.true(passed.includes('gpa: reported once'));
});
