import {TimedOut} from '../base/deadline.ts';
import {describeError, errorChain, Interrupted} from '../base/errors.ts';
import {MachineFailed} from '../machine/boot.ts';
import type {Outcome} from '../result/schema.ts';
import type {Findings} from './findings.ts';
import {MigrationFailed} from './migrate.ts';
import {WorkloadFailed} from './workload.ts';

/** How a trial ended, and why if it did not pass. */
export type Verdict = {readonly outcome: Outcome; readonly reason?: string};

/**
 * Says how a trial ended. A kernel's fault outweighs all: it spoils what comes after. A lost page outweighs an error of
 * QEMU, since the one is what the other leads to; the reason has both.
 */
export function classify(findings: Findings, failure: Error | undefined, qemuErrors: readonly string[]): Verdict {
  const outcome = outcomeOf(findings, failure, qemuErrors);
  if (outcome === 'passed') return {outcome};
  const reasons = [
    ...splatsOf(findings).slice(0, 1),
    ...(failure ? [describeError(failure)] : []),
    ...migrationErrorOf(findings, failure),
    ...lossOf(findings),
    ...qemuErrors.filter(error => !isSaid(failure, error)).slice(0, 1),
    ...deviceErrorOf(findings),
    ...testFailuresOf(findings),
  ];
  return {outcome, reason: reasons.length > 0 ? reasons.join('; ') : 'nothing was checked'};
}

/** Whether a failure tells of an error of QEMU already, which has the machine's name in front. */
function isSaid(failure: Error | undefined, error: string): boolean {
  return failure !== undefined && describeError(failure).includes(error.slice(error.indexOf(': ') + 2));
}

function outcomeOf(findings: Findings, failure: Error | undefined, qemuErrors: readonly string[]): Outcome {
  if (splatsOf(findings).length > 0) return 'guest-crashed';
  if (failure) return outcomeOfFailure(findings, failure);
  if (lossOf(findings).length > 0) return 'lost-pages';
  if (qemuErrors.length > 0) return 'qemu-failed';
  if (testFailuresOf(findings).length > 0) return 'test-failed';
  return deviceErrorOf(findings).length > 0 || !isChecked(findings) ? 'workload-failed' : 'passed';
}

function outcomeOfFailure(findings: Findings, failure: Error): Outcome {
  const chain = [...errorChain(failure)];
  const has = (kind: new (...args: never[]) => Error): boolean => chain.some(error => error instanceof kind);
  if (has(Interrupted)) return 'interrupted';
  if (!findings.lab && !findings.l1) return 'boot-failed';
  if (has(MigrationFailed)) return 'migration-failed';
  // A workload whose own memory is lost cannot go on.
  if (has(WorkloadFailed)) return lossOf(findings).length > 0 ? 'lost-pages' : 'workload-failed';
  if (has(MachineFailed)) return 'qemu-failed';
  return has(TimedOut) ? 'timeout' : 'qemu-failed';
}

function splatsOf({started}: Findings): string[] {
  return started.flatMap(({spec, console}) => console.splats.map(splat => `${spec.name}: ${splat}`));
}

function lossOf({oracle, attempts, direct: {log}}: Findings): string[] {
  if (log && log.missing > 0) return [`${log.missing} pages are missing: ${log.finding}`];
  const last = [...attempts.flatMap(attempt => attempt.oracle ?? []), ...(oracle ? [oracle] : [])];
  const worst = last.sort((a, b) => b.lost - a.lost)[0];
  if (!worst || worst.lost === 0) return [];
  const what =
    'word' in (worst.first[0] ?? {})
      ? 'datagrams are not what was sent'
      : 'pages do not hold the last acknowledged write';
  return [`${worst.lost} of ${worst.checked} ${what}`];
}

/** What failed of the tests of the uapi, or was answered wrongly to random requests. */
function testFailuresOf({direct: {ktap, log}}: Findings): string[] {
  const failed = (ktap?.failures ?? []).map(({name, detail}) => `${name}: ${detail}`);
  const wrong = log?.wrong ? [log.finding] : [];
  return [...(failed.length > 1 ? [`${failed.length} tests failed, the first: ${failed[0]}`] : failed), ...wrong];
}

/** Whether an oracle compared anything, a program tested or measured anything, or L1 is saved. */
function isChecked({oracle, snapshot, direct: {log, ktap, bench}}: Findings): boolean {
  return [snapshot?.stateBytes, oracle?.checked, log?.gets, ktap?.passed, bench?.points.length].some(
    count => count !== undefined && count > 0,
  );
}

/** What the source says is wrong with the migration, where that is not the failure itself. */
function migrationErrorOf({migration}: Findings, failure: Error | undefined): string[] {
  const description = migration?.raw['error-desc'];
  if (description === undefined || (failure && [...errorChain(failure)].some(one => one instanceof MigrationFailed)))
    return [];
  return [`the migration is ${migration!.status}: ${description}`];
}

function deviceErrorOf({report}: Findings): string[] {
  if (!report || report.errors === 0) return [];
  const first = JSON.stringify(report.firstError);
  return [`the device completed ${report.errors} operations with an error, the first: ${first}`];
}
