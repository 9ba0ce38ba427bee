import type {StartedMachine} from '../machine/boot.ts';
import type {Attempt, Migration, Trial} from '../result/schema.ts';
import type {L1} from './l1.ts';
import type {Lab} from './lab.ts';
import type {Snapshot} from './snapshot.ts';
import type {TraceSummary} from './trace.ts';
import type {WorkloadReport} from './workload.ts';

/** What a trial has found so far; whatever happens later, it is kept. */
export type Findings = {
  /** Every machine that was started, whether it got up or not. */
  readonly started: Pick<StartedMachine, 'spec' | 'console' | 'complaints'>[];
  /** The machines, once they are all up. */
  lab?: Lab;
  /** L1, in a trial that has no other machine. */
  l1?: L1;
  /** What L1 was saved as, where that is what it was booted for. */
  snapshot?: Snapshot;
  /** What programs found that were run in L1. */
  readonly direct: Pick<Trial, 'ktap' | 'log' | 'bench'>;
  /** The migration that is measured, and what its destination said of it. */
  migration?: Migration;
  destination?: Record<string, unknown>;
  /** The migrations before it. Their rounds come out of the trace. */
  readonly attempts: Omit<Attempt, 'rounds'>[];
  report?: WorkloadReport;
  oracle?: NonNullable<Trial['oracle']>;
  /** What the trace says of each migration, in their order. */
  traces?: readonly TraceSummary[];
  readonly warnings: string[];
};

/** Nothing, as at the start. */
export function nothingFound(): Findings {
  return {started: [], attempts: [], direct: {}, warnings: []};
}

/** What the trace says of the migration that is measured, which is the last. */
export function measuredTrace({traces, attempts}: Findings): TraceSummary | undefined {
  return traces?.[attempts.length];
}
