import {TimedOut} from '../base/deadline.ts';
import {describeError, errorChain, Interrupted} from '../base/errors.ts';
import {MachineFailed} from '../machine/boot.ts';
import type {Outcome} from '../result/schema.ts';
import {MigrationFailed} from './migrate.ts';
import type {Findings} from './trial.ts';
import {WorkloadFailed} from './workload.ts';

/** How a trial ended, and why if it did not pass. A kernel's fault outweighs all: it spoils what comes after. */
export function classify(findings: Findings, failure: Error | undefined): {outcome: Outcome; reason?: string} {
  const splat = findSplat(findings);
  if (splat) return {outcome: 'guest-crashed', reason: splat};
  if (failure) return {outcome: outcomeOf(findings, failure), reason: describeError(failure)};
  const lost = findings.oracle?.lost ?? 0;
  if (lost > 0) {
    return {
      outcome: 'lost-pages',
      reason: `${lost} of ${findings.oracle?.checked} pages do not hold the last acknowledged write`,
    };
  }
  const errors = findings.report?.errors ?? 0;
  if (errors > 0) {
    const first = JSON.stringify(findings.report?.firstError);
    return {
      outcome: 'workload-failed',
      reason: `the device completed ${errors} operations with an error, the first: ${first}`,
    };
  }
  if (!findings.oracle?.checked) return {outcome: 'workload-failed', reason: 'the oracle checked no page'};
  return {outcome: 'passed'};
}

function outcomeOf(findings: Findings, failure: Error): Outcome {
  const chain = [...errorChain(failure)];
  const has = (kind: new (...args: never[]) => Error): boolean => chain.some(error => error instanceof kind);
  if (has(Interrupted)) return 'interrupted';
  if (!findings.lab) return 'boot-failed';
  if (has(MigrationFailed)) return 'migration-failed';
  if (has(WorkloadFailed)) return 'workload-failed';
  if (has(MachineFailed)) return 'qemu-failed';
  return has(TimedOut) ? 'timeout' : 'qemu-failed';
}

function findSplat({lab}: Findings): string | undefined {
  if (!lab) return undefined;
  for (const {spec, console} of [lab.l1, lab.source, lab.target]) {
    if (console.splats[0]) return `${spec.name}: ${console.splats[0]}`;
  }
  return undefined;
}
