import type {Trial} from './schema.ts';

/** Sums of what the guest found when it checked its pages. */
export type Checks = {readonly checked: number; readonly lost: number};

/** Sums up every check of some trials: also those after earlier migrations. Null where there was none. */
export function sumChecks(trials: readonly Pick<Trial, 'oracle' | 'attempts'>[]): Checks | null {
  const checks = trials
    .flatMap(({oracle, attempts}) => [...attempts.map(attempt => attempt.oracle), oracle])
    .filter(check => check !== null);
  if (checks.length === 0) return null;
  return {
    checked: checks.reduce((total, {checked}) => total + checked, 0),
    lost: checks.reduce((total, {lost}) => total + lost, 0),
  };
}
