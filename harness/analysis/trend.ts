import type {Built, HistoryLine, HistoryMetric} from '../result/history.ts';
import {byMetricOrder, type MetricDefinition, metricDefinition} from '../result/metrics.ts';
import {shortest} from './arcs.ts';
import {type ChangePoint, canChange, changePoints, valuesNeeded} from './change-points.ts';
import type {Difference} from './differences.ts';
import type {Track} from './track.ts';

/** A change of a metric's level, between two results of a track. */
export type Change = Pick<ChangePoint, 'p' | 'before' | 'after'> & {
  readonly kind: 'better' | 'worse';
  /** The median after it over that before; null where that was 0. */
  readonly ratio: number | null;
  /** Places in the track: the newest result before it, and the first one after. */
  readonly last: number;
  readonly first: number;
  /** What those two results were built from or ran on otherwise. */
  readonly differences: readonly Difference[];
};

/** A metric over time. */
export type MetricTrend = Pick<MetricDefinition, 'name' | 'unit' | 'better' | 'clocked'> & {
  /** Its figures, each with the place of its result in the track. */
  readonly points: readonly (HistoryMetric & {readonly result: number})[];
  readonly changes: readonly Change[];
};

/** A track with all that can be said of it. */
export type Trend = Track & {
  readonly metrics: readonly MetricTrend[];
  /** Results that a metric needs before a change of it can be told; a metric with fewer was not judged. */
  readonly needed: number;
};

/** Finds the change points of all metrics of a track together. Metrics that this harness does not know are left out. */
export function trendOf(track: Track): Trend {
  const names = [...new Set(track.results.flatMap(line => Object.keys(line.metrics)))].sort(byMetricOrder);
  const found = names.flatMap(name => {
    const definition = metricDefinition(name);
    return definition === undefined ? [] : [{definition, points: pointsOf(name, track.results)}];
  });
  const changing = found.filter(({points}) => canChange(points.map(point => point.median))).length;
  const needed = valuesNeeded(changing === 0 ? found.length : changing);
  const metrics = found.map(({definition: {name, unit, better, clocked}, points}): MetricTrend => {
    const values = points.map(point => point.median);
    const isJudged = values.length >= needed && canChange(values);
    const changes = (isJudged ? changePoints(values, changing) : []).map((change): Change => {
      const [last, first] = [points[change.at - 1]!.result, points[change.at]!.result];
      return {...levelsOf(change, better), last, first, differences: differencesBetween(track.results, last, first)};
    });
    return {name, unit, better, clocked, points, changes};
  });
  return {...track, metrics, needed};
}

/**
 * The metrics whose newest change is for the worse, and that a history without the results of some runs would not say
 * this of. A change that is known, and that the new results move a little, is none.
 */
export function newlyWorse(trend: Trend, runs: ReadonlySet<string>): MetricTrend[] {
  const worse = trend.metrics.filter(({changes}) => changes.at(-1)?.kind === 'worse');
  if (worse.length === 0) return [];
  const earlier = trendOf({...trend, results: trend.results.filter(({run}) => !runs.has(run))});
  return worse.filter(({name, changes}) => {
    const known = earlier.metrics.find(metric => metric.name === name)?.changes.at(-1);
    if (known?.kind !== 'worse') return true;
    const knownFirst = trend.results.indexOf(earlier.results[known.first]!);
    return changes.at(-1)!.first > knownFirst + shortest;
  });
}

function pointsOf(name: string, results: readonly HistoryLine[]): MetricTrend['points'] {
  return results.flatMap(({metrics}, result) => (metrics[name] === undefined ? [] : [{...metrics[name], result}]));
}

function levelsOf({p, before, after}: ChangePoint, better: MetricDefinition['better']) {
  const kind = after > before === (better === 'higher') ? ('better' as const) : ('worse' as const);
  return {p, before, after, kind, ratio: before === 0 ? null : after / before};
}

/** What a difference is called, and what of a line tells it. */
const explanations: readonly (readonly [string, (built: Built) => string])[] = [
  ['harness', ({harness}) => `${harness.commit ?? harness.version}${harness.dirty ? ' with changes' : ''}`],
  ['patches', ({patches}) => patches],
  ['kernel', ({kernel}) => kernel],
  ['guest kernel', ({guestKernel}) => guestKernel],
  ['QEMU', ({qemu}) => qemu],
  ['QEMU of L1', ({l0Qemu}) => l0Qemu],
  ['compiler', ({compiler}) => compiler],
  ['toolchain', ({toolchain}) => toolchain],
  ['guest-images/', ({guestImages}) => guestImages],
  ['host kernel', ({hostKernel}) => hostKernel],
];

function differencesBetween(results: readonly HistoryLine[], last: number, first: number): Difference[] {
  const [a, b] = [results[last]!.built, results[first]!.built];
  return explanations
    .map(([what, tell]) => ({what, base: tell(a), other: tell(b)}))
    .filter(({base, other}) => base !== other);
}
