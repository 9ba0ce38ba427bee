import type {Metric, Result} from '../result/schema.ts';
import {quantileOf} from './statistics.ts';

/**
 * One value for each trial that gave any: the median of what it gave, since only trials are independent of one another.
 * Nothing where a result of an older harness does not say which trial gave which.
 */
export function trialValues({values, counts}: Metric, trials: number): number[] | undefined {
  if (counts === undefined) return values.length === trials ? values : undefined;
  return groups(values, counts).flatMap(group => (group.length === 0 ? [] : [quantileOf(group, 0.5)]));
}

/** A result of some of its trials: their metrics, and nothing else changed. */
export function withTrials(result: Result, keep: (index: number) => boolean): Result {
  const metrics = result.metrics.flatMap(metric => {
    if (metric.counts === undefined) return [];
    const kept = groups(metric.values, metric.counts).filter((_, index) => keep(index));
    return [{...metric, values: kept.flat(), counts: kept.map(group => group.length)}];
  });
  return {...result, trials: result.trials.filter((_, index) => keep(index)), metrics};
}

function groups(values: readonly number[], counts: readonly number[]): number[][] {
  let next = 0;
  return counts.map(count => {
    next += count;
    return values.slice(next - count, next);
  });
}
