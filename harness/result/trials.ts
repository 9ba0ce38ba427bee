import {measured} from './metrics.ts';
import type {Metric, Result} from './schema.ts';

/** The values that each trial gave; nothing where a result of an older harness does not say. */
export function perTrial({values, counts}: Metric): number[][] | undefined {
  let next = 0;
  return counts?.map(count => {
    next += count;
    return values.slice(next - count, next);
  });
}

/** A result of some of its trials: their metrics, and nothing else changed. */
export function withTrials(result: Result, keep: (index: number) => boolean): Result {
  const metrics = result.metrics.flatMap(metric => {
    const kept = perTrial(metric)?.filter((_, index) => keep(index));
    if (kept === undefined) return [];
    return [{...metric, values: kept.flat(), counts: kept.map(group => group.length)}];
  });
  return {...result, trials: result.trials.filter((_, index) => keep(index)), metrics};
}

/** Metrics of earlier trials and of later ones. A trial that gave no value of a metric counts as having given none. */
export function joinMetrics(earlier: Result, later: readonly Metric[], trials: number): Metric[] {
  const names = new Set([...earlier.metrics, ...later].map(({name}) => name));
  const valuesOf = (metrics: readonly Metric[], name: string, count: number): number[][] => {
    const metric = metrics.find(one => one.name === name);
    return (metric && perTrial(metric)) ?? Array.from({length: count}, () => []);
  };
  return [...names].map(name =>
    measured(name, [...valuesOf(earlier.metrics, name, earlier.trials.length), ...valuesOf(later, name, trials)]),
  );
}
