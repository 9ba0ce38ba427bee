import {type Checks, sumChecks} from '../result/checks.ts';
import {byMetricOrder, metricDefinition} from '../result/metrics.ts';
import type {NoiseFloor} from '../result/noise-floor.ts';
import type {Metric, Outcome, Result} from '../result/schema.ts';
import {sumOf} from '../result/sums.ts';
import {type Difference, differences} from './differences.ts';
import {trialValues} from './samples.ts';
import {startDifferences} from './start.ts';
import {type Summary, summarise} from './statistics.ts';
import {judge, type Pair, type Rules, rules, type Verdict} from './verdict.ts';

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
  /** Sums over all checks of all trials; null where there was none. */
  readonly oracle: Checks | null;
  /** Sums of what the random test counted, and of tests of the uapi; null where there was none. */
  readonly log: Readonly<Record<'steps' | 'missing', number>> | null;
  readonly ktap: Readonly<Record<'passed' | 'failed', number>> | null;
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
  /**
   * What may be said of it; null where it cannot be judged: the results do not compare, one lacks it, or does not say
   * which trial gave what. Its ratio is of the medians of trials, the one above of those of all values.
   */
  readonly verdict: Verdict | null;
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
  readonly rules: Rules;
  /** The run that the noise floor comes from; null where none was measured on this machine. */
  readonly noise: {readonly run: string; readonly series: string; readonly measuredAt: string} | null;
};

/** Compares results with the first one, and judges them by a noise floor where there is one. */
export function compare(base: Result, others: readonly Result[], noise: NoiseFloor | null = null): Comparison {
  const [baseLabel, ...labels] = labelsOf([base, ...others]);
  const arms = others.map((other, index) => ({
    ...describeArm(other, labels[index]!),
    differences: [...differences(base, other), ...startDifferences(base, other)],
  }));
  const verdicts = others.map((other, index) =>
    arms[index]!.differences.length === 0 ? verdictsOn(base, other, noise) : new Map<string, Verdict>(),
  );
  return {
    base: describeArm(base, baseLabel!),
    others: arms,
    comparable: arms.every(arm => arm.differences.length === 0),
    rows: metricNames([base, ...others]).map(name => compareMetric(name, base, others, verdicts)),
    rules,
    noise: noise && {run: noise.run, series: noise.series, measuredAt: noise.measuredAt},
  };
}

/** Whether any metric of any arm is worse. */
export function isWorse({rows}: Pick<Comparison, 'rows'>): boolean {
  return rows.some(row => row.others.some(cell => cell.verdict?.kind === 'worse'));
}

/** Judges the metrics that both results have, by name. */
function verdictsOn(base: Result, other: Result, noise: NoiseFloor | null): ReadonlyMap<string, Verdict> {
  const pairs = base.metrics.flatMap((metric): Pair[] => {
    const twin = other.metrics.find(one => one.name === metric.name);
    const mine = trialValues(metric, base.trials.length);
    const theirs = twin && trialValues(twin, other.trials.length);
    if (mine === undefined || theirs === undefined) return [];
    const floor = noise?.metrics[metric.name]?.floor ?? null;
    return [{name: metric.name, better: metric.better, base: mine, other: theirs, floor}];
  });
  return new Map(judge(pairs).map(verdict => [verdict.name, verdict]));
}

/** Says how a result ended. */
export function describeArm(result: Result, label = result.series): Arm {
  const {series, run, accelerator, outcome, expected, asExpected, trials, warnings} = result;
  const reason = asExpected ? expected.reason : trials.find(trial => trial.outcome === outcome)?.reason;
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
    oracle: sumChecks(trials),
    log: sumOf(
      trials.flatMap(({log}) => log ?? []),
      ['steps', 'missing'],
    ),
    ktap: sumOf(
      trials.flatMap(({ktap}) => ktap ?? []),
      ['passed', 'failed'],
    ),
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

function compareMetric(
  name: string,
  base: Result,
  others: readonly Result[],
  verdicts: readonly ReadonlyMap<string, Verdict>[],
): Row {
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
    others: others.map((other, index) => ({
      ...compareSummaries(reference, summaryOf(other)),
      verdict: verdicts[index]!.get(name) ?? null,
    })),
  };
}

function compareSummaries(base: Summary | null, summary: Summary | null): Omit<Cell, 'verdict'> {
  if (base === null || summary === null) return {summary, ratio: null, difference: null};
  return {
    summary,
    ratio: base.median === 0 ? null : summary.median / base.median,
    difference: summary.median - base.median,
  };
}
