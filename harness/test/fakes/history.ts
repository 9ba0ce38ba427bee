import {historyLine} from '../../analysis/history-line.ts';
import type {HistoryLine} from '../../result/history.ts';
import type {Result} from '../../result/schema.ts';
import {makeResult, oncePerTrial, trial} from './result.ts';

/** The result of a night: one value of each metric for each trial. */
export function nightResult(
  index: number,
  metrics: Readonly<Record<string, readonly number[]>>,
  changes: Partial<Result> = {},
): Result {
  const day = new Date(Date.UTC(2025, 0, 1 + index, 2)).toISOString();
  return makeResult({
    run: `night-${index}`,
    startedAt: day,
    finishedAt: day.replace('T02:', 'T03:'),
    trials: Object.values(metrics)[0]!.map(() => trial),
    metrics: Object.entries(metrics).map(([name, values]) => oncePerTrial(name, values)),
    ...changes,
  });
}

/** A history of one metric, of one trial a night. */
export function nightsOf(values: readonly number[], name = 'migration.total'): HistoryLine[] {
  return values.map((value, index) => historyLine(nightResult(index, {[name]: [value]})));
}

/** So many values around a level, no two of them alike, and none far off. */
export function around(level: number, count: number): number[] {
  return Array.from({length: count}, (_, index) => level * (1 + 0.001 * ((index * 7) % 11)));
}
