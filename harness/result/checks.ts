import type {Trial} from './schema.ts';
import {sumOf} from './sums.ts';

/** Sums of what the guest found when it checked its pages. */
export type Checks = {readonly checked: number; readonly lost: number};

/** Sums up every check of some trials: also those after earlier migrations. Null where there was none. */
export function sumChecks(trials: readonly Pick<Trial, 'oracle' | 'attempts'>[]): Checks | null {
  const checks = trials
    .flatMap(({oracle, attempts}) => [...attempts.map(attempt => attempt.oracle), oracle])
    .filter(check => check !== null);
  return sumOf(checks, ['checked', 'lost']);
}
