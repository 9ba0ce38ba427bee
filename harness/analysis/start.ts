import type {Result} from '../result/schema.ts';
import type {Difference} from './differences.ts';

/** What of a result says how its trials start. */
type Started = Pick<Result, 'clock' | 'trials'>;

/** Whether trials of a result started from a saved L1. */
export function startsForked({trials}: Pick<Result, 'trials'>): boolean {
  return trials.some(({startedFrom}) => startedFrom !== null);
}

/**
 * Says whether two results differ in how their trials start. Under the wall clock what starts from a saved L1 is slower at
 * first than what has booted: see results/CLOCKS.md.
 */
export function startDifferences(base: Started, other: Started): Difference[] {
  const both = [base, other];
  if (both.some(({clock, trials}) => clock === 'virtual' || trials.length === 0)) return [];
  const [a, b] = both.map(one => (startsForked(one) ? 'from a saved L1' : 'booted'));
  return a === b ? [] : [{what: 'start of trials', base: a!, other: b!}];
}
