import {sumChecks} from '../result/checks.ts';
import type {Digest} from '../result/digest.ts';
import {byMetricOrder} from '../result/metrics.ts';
import {type Metric, type Result, type Trial, worstOutcome} from '../result/schema.ts';
import {sumOf} from '../result/sums.ts';
import {summarise} from './statistics.ts';

/** The results of one series under one scenario, of one run or several, and those that they are measured by. */
export type DigestInput = {
  readonly results: readonly [Result, ...Result[]];
  /** Of the same runs, those of the series that ratios are to. */
  readonly base: readonly Result[];
  /** How the values differ from those of the scenario's file. */
  readonly variant: string;
};

/** Sums results up: what a reader of the outcome needs, and nothing that grows with the number of trials. */
export function makeDigest({results, base, variant}: DigestInput): Digest {
  const [first] = results;
  const trials = results.flatMap(result => result.trials);
  return {
    schemaVersion: 1,
    kind: 'digest',
    series: first.series,
    scenario: first.scenario,
    variant,
    runs: results.map(result => result.run),
    startedAt: first.startedAt,
    accelerator: first.accelerator,
    clock: first.clock,
    seeds: trials.map(trial => trial.seed),
    trials: trials.length,
    outcomes: countOutcomes(trials),
    outcome: worstOutcome(results.map(result => result.outcome)),
    expected: first.expected,
    asExpected: results.every(result => result.asExpected),
    oracle: sumChecks(trials),
    log: sumOf(
      trials.flatMap(trial => trial.log ?? []),
      ['steps', 'gets', 'missing', 'falselyDirty', 'reported'],
    ),
    ktap: sumOf(
      trials.flatMap(trial => trial.ktap ?? []),
      ['passed', 'failed', 'skipped'],
    ),
    bench: medianBench(trials),
    base: base[0]?.series ?? null,
    metrics: summariseMetrics(results, base),
    warnings: results.reduce((total, result) => total + result.warnings.length, 0),
    provenance: first.provenance,
  };
}

function countOutcomes(trials: readonly Trial[]): Digest['outcomes'] {
  const counts: Digest['outcomes'] = {};
  for (const {outcome} of trials) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

function medianBench(trials: readonly Trial[]): Digest['bench'] {
  const benches = trials.flatMap(trial => trial.bench ?? []);
  const [first] = benches;
  if (first === undefined) return null;
  const medianOf = (values: readonly (number | undefined)[]): number =>
    summarise(values.filter(value => value !== undefined))!.median;
  return {
    points: first.points.map(point => {
      const same = benches.flatMap(bench => bench.points.find(one => isSamePoint(one, point)) ?? []);
      const median = (key: 'p50' | 'p90' | 'p99' | 'max'): number => medianOf(same.map(one => one[key]));
      const count = same.reduce((total, one) => total + one.count, 0);
      return {...point, count, p50: median('p50'), p90: median('p90'), p99: median('p99'), max: median('max')};
    }),
    memory: first.memory.map(item => ({
      ...item,
      bytes: medianOf(
        benches.map(bench => bench.memory.find(({what, per}) => what === item.what && per === item.per)?.bytes),
      ),
    })),
  };
}

type Point = NonNullable<Digest['bench']>['points'][number];

function isSamePoint(a: Point, b: Point): boolean {
  return a.operation === b.operation && a.mappings === b.mappings && a.devices === b.devices;
}

function summariseMetrics(results: readonly Result[], base: readonly Result[]): Digest['metrics'] {
  const names = [...new Set(results.flatMap(result => result.metrics.map(metric => metric.name)))].sort(byMetricOrder);
  return names.flatMap(name => {
    const [metric] = metricsOf(results, name);
    const summary = summarise(metricsOf(results, name).flatMap(one => one.values));
    if (metric === undefined || summary === null) return [];
    const reference = summarise(metricsOf(base, name).flatMap(one => one.values))?.median ?? 0;
    const {unit, better} = metric;
    return [{name, unit, better, summary, ratio: reference === 0 ? null : summary.median / reference}];
  });
}

function metricsOf(results: readonly Result[], name: string): Metric[] {
  return results.flatMap(result => result.metrics.filter(metric => metric.name === name));
}
