import type {Metric} from '../result/schema.ts';
import {perTrial} from '../result/trials.ts';
import {quantileOf} from './statistics.ts';

/**
 * One value for each trial that gave any: the median of what it gave, since only trials are independent of one another.
 * Nothing where a result of an older harness does not say which trial gave which.
 */
export function trialValues(metric: Metric, trials: number): number[] | undefined {
  const groups = perTrial(metric);
  if (groups === undefined) return metric.values.length === trials ? metric.values : undefined;
  return groups.flatMap(group => (group.length === 0 ? [] : [quantileOf(group, 0.5)]));
}
