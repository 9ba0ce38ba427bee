import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {Scope} from '../../base/scope.ts';
import {ensureEmulator} from '../../build/emulator.ts';
import {cacheRoot} from '../../build/store.ts';
import {ensureArtifacts} from '../../experiment/artifacts.ts';
import {type Lab, openLab} from '../../experiment/lab.ts';
import {l1Spec} from '../../experiment/machines.ts';
import {packL1, packL2} from '../../experiment/payload.ts';
import {makeKeys} from '../../machine/keys.ts';
import {LocalHost} from '../../machine/local-host.ts';
import type {Shell} from '../../machine/shell.ts';
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
  const store = {root: cacheRoot(), emit, signal};
  const artifacts = await ensureArtifacts(store, root, [series], {}, false, emit);
  const emulator = await ensureEmulator(store, artifacts.toolchain, root);
  const keys = await makeKeys(artifacts.toolchain, folder);
  const shared = {...artifacts, keys};
  const arm = artifacts.arms[0]!;
  const initrd = await packL1(shared, arm, await packL2(shared, folder), folder, 'l1');
  const scenario = await readScenario(path.join(root, 'scenarios/iova-churn.yaml'), []);
  const l1 = l1Spec(scenario, 'tcg', path.join(arm.kernel.folder, 'bzImage'), initrd, emulator);
  const plan = {l1, scenario, deviceOptions: [], login: keys};
  return openLab(scope, new LocalHost(folder), plan, {logs: folder, emit, signal});
}

/** What a program that prints KTAP said: the names of the tests that passed and of those that failed. */
async function runKtap(t: ExecutionContext, guest: Shell, program: string) {
  const output = await guest.run(program, `${program} || true`, 300_000);
  const named = (pattern: RegExp): string[] => [...output.matchAll(pattern)].map(match => match[1]!);
  const results = {
    passed: named(/^ok \d+ (?!.*# SKIP)(.+)$/gm),
    skipped: named(/^ok \d+ (.+) # SKIP/gm),
    failed: named(/^not ok \d+ (.+)$/gm),
    planned: Number(/^1\.\.(\d+)$/m.exec(output)?.[1] ?? 0),
  };
  t.log(`${program}: ${results.passed.length} of ${results.planned} passed, ${results.failed.length} failed`);
  return results;
}

/** What random steps found, with two threads in the second half. */
async function runRandom(t: ExecutionContext, guest: Shell, steps: number) {
  const script = `type1-random --steps ${steps} --threads 2 || test $? = 1`;
  const log = JSON.parse(await guest.run('type1-random', script, 600_000));
  t.log(
    `type1-random: ${log.steps} steps in ${log.seconds} s, ${log.missing} missing, ${log.falselyDirty} falsely dirty`,
  );
  return log;
}

/** Tests of what another series adds, and of a device passed through, which is not there. */
const elsewhere = /^(shared log|iotlb): |: device that does not report$/;

test('gpa-map keeps its uapi, the device its promises, and bad descriptors end in error completions', async t => {
  await using scope = new Scope();
  const lab = await openLabOf(scope, 'gpa-map');
  const tests = [
    {guest: lab.l2Guest, program: 'vdmae-baddesc'},
    {guest: lab.l2Guest, program: 'vdmae-rebind-test'},
    {guest: lab.l1Guest, program: 'kvm-vm-churn'},
    {guest: lab.l1Guest, program: 'vdmae-migration-test'},
    {guest: lab.l1Guest, program: 'type1-uapi'},
    {guest: lab.l1Guest, program: 'type1-uapi-old'},
  ];
  for (const {guest, program} of tests) {
    const {passed, skipped, failed, planned} = await runKtap(t, guest, program);
    t.deepEqual(failed, []);
    t.true(planned > 0);
    t.deepEqual(
      skipped.filter(name => !elsewhere.test(name)),
      [],
    );
    t.is(passed.length + skipped.length, planned, program);
  }
  const {missing, wrong} = await runRandom(t, lab.l1Guest, 200_000);
  t.deepEqual({missing, wrong}, {missing: 0, wrong: false});
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
  const {missing, reproducer} = await runRandom(t, lab.l1Guest, 100_000);
  t.true(missing > 0);
  t.true(reproducer.length > 0 && reproducer.length < 20, reproducer.join('\n'));
});
