import {getEventListeners} from 'node:events';
import {access, readFile} from 'node:fs/promises';
import path from 'node:path';
import {gunzipSync} from 'node:zlib';
import test from 'ava';
import {Interrupted} from '../../base/errors.ts';
import {Scope} from '../../base/scope.ts';
import {runTrial} from '../../experiment/trial.ts';
import type {Outcome} from '../../result/schema.ts';
import type {Mishap} from '../fakes/nested-guests.ts';
import {prepare, run} from './played-trial.ts';

test('a trial goes from boot to check, and everything is kept', async t => {
  await using scope = new Scope();
  const {trial, folder, lab} = await run(scope, {trace: '# tracer: nop\n'});
  t.is(trial.reason, undefined);
  t.like(trial, {
    outcome: 'passed',
    oracle: {checked: 16_384, lost: 0},
    destination: {status: 'completed'},
    warnings: [],
  });
  t.is(trial.migration?.totalMs, 2400);
  t.is(trial.guest?.operations, 10);
  t.deepEqual(
    trial.phases.map(({name}) => name),
    [
      ...['boot L1', 'set up L1', 'boot L2', 'set up L2', 'start the destination', 'start the workload'],
      ...['churn before', 'migrate', 'check after the switch-over', 'churn after', 'collect'],
    ],
  );
  t.is(trial.logs.length, 7);
  for (const log of trial.logs) await t.notThrowsAsync(access(path.join(folder, log)));
  const packed = await readFile(path.join(folder, 'trials/upstream-001/trace.txt.gz'));
  t.is(gunzipSync(packed).toString(), '# tracer: nop\n');
  t.is(await lab!.l1.exited, 'signal SIGKILL');
});

test('a trial that is not traced passes, and has no figures of a trace', async t => {
  await using scope = new Scope();
  const {trial, trace, folder} = await run(scope, {}, [], ['tracing=off']);
  t.is(trial.outcome, 'passed', trial.reason);
  t.is(trace, undefined);
  t.false(trial.logs.some(log => log.includes('trace')));
  await t.throwsAsync(access(path.join(folder, 'trials/upstream-001/trace.txt.gz')));
});

const ends = test.macro(async (t, mishap: Mishap, outcome: Outcome, reason: RegExp) => {
  await using scope = new Scope();
  const {trial, lab} = await run(scope, mishap);
  t.is(trial.outcome, outcome);
  t.regex(trial.reason!, reason);
  if (lab) t.is(await lab.l1.exited, 'signal SIGKILL');
});

test('pages that are lost are the outcome', ends, {lost: 3}, 'lost-pages', /^3 of 16384 pages/);
test(
  'a migration that fails is the outcome',
  ends,
  {migration: {status: 'failed', 'error-desc': 'Connection reset'}},
  'migration-failed',
  /^the migration ended failed: Connection reset$/,
);
test(
  'a workload that complains is the outcome',
  ends,
  {workload: '{"event":"error","message":"write: EIO"}'},
  'workload-failed',
  /^write: EIO$/,
);
test(
  'a workload that gives up over pages that are lost is a loss',
  ends,
  {
    workload:
      '{"event":"checked","oracle":{"checked":8,"lost":3,"first":[]}}\n{"event":"error","message":"write: EIO"}',
  },
  'lost-pages',
  /^write: EIO; 3 of 8 pages do not hold the last acknowledged write$/,
);
test(
  'a fault of the guest’s kernel is the outcome, though the check passed',
  ends,
  {console: 'BUG: KASAN: use-after-free in vdmae_irq'},
  'guest-crashed',
  /^source: BUG: KASAN: use-after-free in vdmae_irq/,
);
test(
  'a QEMU that ends in the middle is the outcome, with its words',
  ends,
  {dies: true},
  'qemu-failed',
  /source: QEMU ended: exit code 1; qemu: vfio: device is gone/,
);
test(
  'a destination that ends in the middle is the outcome, with what the source says of the migration',
  ends,
  {targetDies: 'Unable to write to socket: Connection reset by peer'},
  'qemu-failed',
  /target: QEMU ended: exit code 1; the migration is failed: Unable to write to socket: Connection reset by peer$/,
);
test(
  'an L1 that cannot be set up is a failed boot',
  ends,
  {setUp: 'vdmae_mdev'},
  'boot-failed',
  /^l1: setting up L1: exit code 1: vdmae_mdev: no such thing$/,
);

test('a check after an earlier migration is told once, though the trial fails after it', async t => {
  await using scope = new Scope();
  const {trial} = await run(scope, {failsAt: 'mark migration'}, [], ['course=cancel']);
  t.is(trial.outcome, 'workload-failed');
  t.is(trial.attempts[0]?.oracle?.checked, 16_384);
  t.is(trial.oracle, null);
});

test('a failed migration keeps its figures', async t => {
  await using scope = new Scope();
  const {trial} = await run(scope, {migration: {status: 'failed', ram: {'dirty-sync-count': 7}}});
  t.like(trial.migration, {status: 'failed', syncs: 7});
  t.is(trial.oracle, null);
});

test('a QEMU for L1 that refuses its arguments is a failed boot, at once', async t => {
  await using scope = new Scope();
  const {trial, lab} = await run(scope, {}, ['refuse']);
  t.is(trial.outcome, 'boot-failed');
  t.regex(trial.reason!, /^l1: QEMU ended: exit code 1; .*no such device$/);
  t.is(lab, undefined);
});

test('a fault of L1’s kernel is the outcome, though L2 never got up', async t => {
  await using scope = new Scope();
  const {trial, lab} = await run(scope, {setUp: 'vdmae_mdev'}, ['splat']);
  t.is(trial.outcome, 'guest-crashed');
  t.regex(trial.reason!, /^l1: BUG: kernel NULL pointer dereference.*; l1: setting up L1: exit code 1/s);
  t.is(lab, undefined);
});

/** Runs a guest that is to take IOVAs from the top, and maps this one. */
const mapsAt = test.macro(async (t, iova: string, outcome: Outcome, reason?: string) => {
  await using scope = new Scope();
  const trace = `qemu-1 (    1) [000] ..... 1.0: vfio_type1_map_begin: container=0 iova=${iova} size=0x1000 flags=0x3`;
  const {trial} = await run(scope, {trace: `${trace}\n`}, [], ['iovaPlacement=top']);
  t.is(trial.outcome, outcome);
  t.is(trial.reason, reason);
});

test('a guest that takes IOVAs from the top, as it is to', mapsAt, '0xfffffffff000', 'passed');
test(
  'a guest that takes none from the top does not show what it is to show',
  mapsAt,
  '0xfffff000',
  'workload-failed',
  'no IOVA lies above 4 GiB, though they were to come from the top: the highest is 0xfffff000',
);

test('a trial leaves nothing behind on the signal that many trials share', async t => {
  await using scope = new Scope();
  const {plan, host} = await prepare(scope, {}, ['refuse']);
  const {signal} = new AbortController();
  await runTrial(plan, host, () => {}, signal);
  t.deepEqual(getEventListeners(signal, 'abort'), []);
});

test('events that the trace lost are a warning', async t => {
  await using scope = new Scope();
  const {trial} = await run(scope, {lostEvents: 12});
  t.is(trial.outcome, 'passed', trial.reason);
  t.deepEqual(trial.warnings, ['the trace lost 12 events: counts of ioctls are too low']);
});

test('an interrupt ends the trial and its machines, and keeps what was found', async t => {
  await using scope = new Scope();
  const {plan, host} = await prepare(scope, {});
  const interrupt = new AbortController();
  const {trial, lab} = await runTrial(
    plan,
    host,
    event => {
      if (event.kind === 'phase-start' && event.phase === 'migrate')
        interrupt.abort(new Interrupted('interrupted by SIGINT'));
    },
    interrupt.signal,
  );
  t.is(trial.outcome, 'interrupted');
  t.is(trial.reason, 'interrupted by SIGINT');
  t.true(trial.logs.length > 0);
  t.is(await lab!.l1.exited, 'signal SIGKILL');
});

test('machines that are kept outlive the trial, and end with their keeper', async t => {
  await using scope = new Scope();
  const {plan, host} = await prepare(scope, {});
  const keeper = new Scope();
  const {lab} = await runTrial({...plan, keptBy: keeper}, host, () => {}, new AbortController().signal);
  t.is(await lab!.l1Guest.run('looking around', 'true'), '');
  t.is(await Promise.race([lab!.l1.exited, 'running']), 'running');
  await keeper[Symbol.asyncDispose]();
  t.is(await lab!.l1.exited, 'signal SIGKILL');
});

const complaint = 'qemu-system-x86_64: vfio_container_dma_map(0x5555, 0xff16e000, 0x1000, 0x7f68) = -17 (File exists)';
test('an error of a QEMU is the outcome, with its words', ends, {complains: complaint}, 'qemu-failed', /File exists/);
