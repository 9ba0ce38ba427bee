import test from 'ava';
import {TimedOut} from '../../base/deadline.ts';
import {UserError} from '../../base/errors.ts';
import {classify} from '../../experiment/classify.ts';
import {type Findings, nothingFound} from '../../experiment/findings.ts';
import type {Lab} from '../../experiment/lab.ts';
import {MigrationFailed, readMigration} from '../../experiment/migrate.ts';
import {WorkloadFailed} from '../../experiment/workload.ts';
import {MachineFailed} from '../../machine/boot.ts';
import type {Outcome} from '../../result/schema.ts';

const lab = {} as Lab;

/** A machine that was started, with what its kernel reported. */
function machine(name: string, ...splats: string[]): Findings['started'][number] {
  return {spec: {name}, console: {splats}} as unknown as Findings['started'][number];
}

const checked = {checked: 100, lost: 0, first: []};
const up: Findings = {...nothingFound(), started: [machine('l1'), machine('source')], lab, oracle: checked};
const migrationFailed = new MigrationFailed(readMigration({status: 'failed', 'error-desc': 'no room'}));

const ends = test.macro(
  (t, findings: Findings, failure: Error | undefined, outcome: Outcome, reason?: string | RegExp, error?: string) => {
    const found = classify(findings, failure, error === undefined ? [] : [error]);
    t.is(found.outcome, outcome);
    if (reason instanceof RegExp) t.regex(found.reason!, reason);
    else t.is(found.reason, reason);
  },
);

test('a trial that lost nothing passes', ends, up, undefined, 'passed');
test(
  'a lost page is the outcome',
  ends,
  {...up, oracle: {...checked, lost: 3}},
  undefined,
  'lost-pages',
  '3 of 100 pages do not hold the last acknowledged write',
);
test(
  'so is a datagram that is not what was sent',
  ends,
  {
    ...up,
    oracle: {
      ...checked,
      lost: 1,
      first: [{word: 0, expected: {sequence: 9, place: '0x100000000'}, found: {sequence: 4, place: '0x100000000'}}],
    },
  },
  undefined,
  'lost-pages',
  '1 of 100 datagrams are not what was sent',
);
test(
  'an operation that the device could not complete is the outcome, with the first of them',
  ends,
  {...up, report: {errors: 2, firstError: {status: 3, page: 7, sequence: 9, atNs: 1}}} as unknown as Findings,
  undefined,
  'workload-failed',
  /^the device completed 2 operations with an error, the first: .*"page":7/,
);
test(
  'an oracle that checked nothing proves nothing',
  ends,
  {...up, oracle: {...checked, checked: 0}},
  undefined,
  'workload-failed',
  'nothing was checked',
);
test(
  'a trial without an oracle proves nothing',
  ends,
  {...nothingFound(), lab},
  undefined,
  'workload-failed',
  'nothing was checked',
);
test(
  'a migration that failed is the outcome, with QEMU’s reason',
  ends,
  up,
  migrationFailed,
  'migration-failed',
  'the migration ended failed: no room',
);
const log = {
  ...{tracking: 'gpa' as const, steps: 9, gets: 2, missing: 0, falselyDirty: 1, reported: 3, wrong: false, finding: ''},
  reproducer: [],
};
const l1: Findings = {...nothingFound(), l1: {} as Findings['l1'] & object};
test('bitmaps that match the model pass', ends, {...l1, direct: {log}}, undefined, 'passed');
test(
  'a page missing from a bitmap is lost',
  ends,
  {...l1, direct: {log: {...log, missing: 2, finding: 'get of 0x0 does not report 0x1000'}}},
  undefined,
  'lost-pages',
  '2 pages are missing: get of 0x0 does not report 0x1000',
);
test(
  'a wrong answer to a random request is a failed test',
  ends,
  {...l1, direct: {log: {...log, wrong: true, finding: 'map answers -12, expected 0'}}},
  undefined,
  'test-failed',
  'map answers -12, expected 0',
);
const failures = [1, 2].map(number => ({number, name: `iova: ${number}`, detail: 'answers 0, expected -22'}));
test(
  'failed tests of the uapi are the outcome, with the first of them',
  ends,
  {...l1, direct: {ktap: {passed: 9, failed: 2, skipped: 0, failures}}},
  undefined,
  'test-failed',
  '2 tests failed, the first: iova: 1: answers 0, expected -22',
);
test(
  'tests of the uapi that were all skipped prove nothing',
  ends,
  {...l1, direct: {ktap: {passed: 0, failed: 0, skipped: 9, failures: []}}},
  undefined,
  'workload-failed',
  'nothing was checked',
);
test(
  'random steps without a bitmap to compare prove nothing',
  ends,
  {...l1, direct: {log: {...log, gets: 0}}},
  undefined,
  'workload-failed',
  'nothing was checked',
);
test(
  'a program that measured nothing proves nothing',
  ends,
  {...l1, direct: {bench: {points: [], memory: []}}},
  undefined,
  'workload-failed',
  'nothing was checked',
);
test('a program that found nothing out proves nothing', ends, l1, undefined, 'workload-failed', 'nothing was checked');
test('a workload that failed is the outcome', ends, up, new WorkloadFailed('EIO'), 'workload-failed', 'EIO');
test('a QEMU that ended is the outcome', ends, up, new MachineFailed('QEMU ended'), 'qemu-failed', 'QEMU ended');
test('a limit that passed is the outcome', ends, up, new TimedOut('too long'), 'timeout', 'too long');
test(
  'the real reason is found under what hides it',
  ends,
  up,
  new Error('outer', {cause: new AggregateError([new Error('x'), migrationFailed])}),
  'migration-failed',
  /^outer\n {2}because: /,
);
test('machines that never got up', ends, nothingFound(), new MachineFailed('no kernel'), 'boot-failed', 'no kernel');
test('a boot that took too long', ends, nothingFound(), new TimedOut('l1: boot'), 'boot-failed', 'l1: boot');
test(
  'and what its QEMU said, which may be why',
  ends,
  nothingFound(),
  new TimedOut('source: boot'),
  'boot-failed',
  'source: boot; source: KVM internal error',
  'source: KVM internal error',
);
test(
  'which is not said twice',
  ends,
  up,
  new MachineFailed('source: QEMU ended: exit code 1; vfio: device is gone'),
  'qemu-failed',
  'source: QEMU ended: exit code 1; vfio: device is gone',
  'source: vfio: device is gone',
);
test(
  'a command that failed in a machine that is up',
  ends,
  up,
  new UserError('l1: x: exit code 1', {hint: ''}),
  'qemu-failed',
  'l1: x: exit code 1',
);
test(
  'a fault of a kernel outweighs whatever followed from it',
  ends,
  {...up, started: [machine('l1'), machine('source', 'BUG: one\ntrace', 'BUG: two')]},
  migrationFailed,
  'guest-crashed',
  'source: BUG: one\ntrace; the migration ended failed: no room',
);
test(
  'a fault of a kernel outweighs a check that passed',
  ends,
  {...up, started: [machine('l1', 'WARNING: CPU: 0')]},
  undefined,
  'guest-crashed',
  'l1: WARNING: CPU: 0',
);
test(
  'a fault of a kernel is the outcome though nothing got up',
  ends,
  {...nothingFound(), started: [machine('l1', 'BUG: one')]},
  new TimedOut('l2: boot'),
  'guest-crashed',
  'l1: BUG: one; l2: boot',
);

const exists = 'source: vfio_container_dma_map(...) = -17 (File exists)';
test('an error of QEMU is the outcome', ends, up, undefined, 'qemu-failed', exists, exists);
test(
  'a lost page outweighs an error of QEMU, and both are said',
  ends,
  {...up, oracle: {...checked, lost: 3}},
  undefined,
  'lost-pages',
  `3 of 100 pages do not hold the last acknowledged write; ${exists}`,
  exists,
);
test(
  'a lost page is said where it is not the outcome',
  ends,
  {...up, oracle: {...checked, lost: 3}},
  new TimedOut('too long'),
  'timeout',
  'too long; 3 of 100 pages do not hold the last acknowledged write',
);
test(
  'a page that was lost in an earlier migration of the trial is lost',
  ends,
  {...up, attempts: [{name: 'there', migration: readMigration({}), oracle: {...checked, lost: 2}}]},
  undefined,
  'lost-pages',
  '2 of 100 pages do not hold the last acknowledged write',
);
