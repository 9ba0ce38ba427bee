import {byMetricOrder, metricDefinition} from '../result/metrics.ts';
import type {Metric, Outcome, Result} from '../result/schema.ts';
import {type Difference, differences} from './differences.ts';
import {type Summary, summarise} from './statistics.ts';

/** What a result says as a whole. */
export type Arm = {
  readonly label: string;
  readonly series: string;
  readonly run: string;
  readonly accelerator: Result['accelerator'];
  readonly outcome: Outcome;
  readonly expected: readonly Outcome[];
  readonly asExpected: boolean;
  /** Why the series is expected to end so, or why the first of its worst trials did. */
  readonly reason: string | null;
  readonly trials: number;
  /** Sums over the trials in which the oracle had its say; null where there is none. */
  readonly oracle: {readonly checked: number; readonly lost: number} | null;
  /** What the trials warn of: figures may be wrong, or a QEMU complained. */
  readonly warnings: readonly string[];
};

/** One metric of another arm beside that of the base. */
export type Cell = {
  readonly summary: Summary | null;
  /** This median over that of the base; null where one is missing or the base is 0. */
  readonly ratio: number | null;
  /** This median less that of the base; null where one is missing. */
  readonly difference: number | null;
};

/** One metric across the arms. */
export type Row = {
  readonly name: string;
  readonly unit: string;
  readonly better: Metric['better'];
  readonly clocked: boolean;
  readonly base: Summary | null;
  readonly others: readonly Cell[];
};

/** Results side by side, and why they may not be. */
export type Comparison = {
  readonly base: Arm;
  readonly others: readonly (Arm & {readonly differences: readonly Difference[]})[];
  readonly comparable: boolean;
  readonly rows: readonly Row[];
};

/** Compares results with the first one. */
export function compare(base: Result, others: readonly Result[]): Comparison {
  const [baseLabel, ...labels] = labelsOf([base, ...others]);
  const arms = others.map((other, index) => ({
    ...describeArm(other, labels[index]!),
    differences: differences(base, other),
  }));
  return {
    base: describeArm(base, baseLabel!),
    others: arms,
    comparable: arms.every(arm => arm.differences.length === 0),
    rows: metricNames([base, ...others]).map(name => compareMetric(name, base, others)),
  };
}

/** Says how a result ended. */
export function describeArm(result: Result, label = result.series): Arm {
  const {series, run, accelerator, outcome, expected, asExpected, trials, warnings} = result;
  const reason = asExpected ? expected.reason : trials.find(trial => trial.outcome === outcome)?.reason;
  const oracles = trials.flatMap(trial => trial.oracle ?? []);
  const sum = (key: 'checked' | 'lost'): number => oracles.reduce((total, oracle) => total + oracle[key], 0);
  return {
    label,
    series,
    run,
    accelerator,
    outcome,
    expected: expected.outcomes,
    asExpected,
    reason: reason ?? null,
    trials: trials.length,
    oracle: oracles.length === 0 ? null : {checked: sum('checked'), lost: sum('lost')},
    warnings,
  };
}

/** Labels results by series, and by run too where a series occurs more than once. */
function labelsOf(results: readonly Result[]): string[] {
  const series = results.map(result => result.series);
  const isAmbiguous = new Set(series).size < series.length;
  return results.map(result => (isAmbiguous ? `${result.series} (${result.run})` : result.series));
}

function metricNames(results: readonly Result[]): string[] {
  return [...new Set(results.flatMap(result => result.metrics.map(metric => metric.name)))].sort(byMetricOrder);
}

function compareMetric(name: string, base: Result, others: readonly Result[]): Row {
  const find = (result: Result): Metric | undefined => result.metrics.find(metric => metric.name === name);
  const summaryOf = (result: Result): Summary | null => summarise(find(result)?.values ?? []);
  const {unit, better} = [base, ...others].map(find).find(metric => metric !== undefined)!;
  const reference = summaryOf(base);
  return {
    name,
    unit,
    better,
    clocked: metricDefinition(name)?.clocked ?? false,
    base: reference,
    others: others.map(other => compareSummaries(reference, summaryOf(other))),
  };
}

function compareSummaries(base: Summary | null, summary: Summary | null): Cell {
  if (base === null || summary === null) return {summary, ratio: null, difference: null};
  return {
    summary,
    ratio: base.median === 0 ? null : summary.median / base.median,
    difference: summary.median - base.median,
  };
}
