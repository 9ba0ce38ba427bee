import type {MetricNoise} from '../result/noise-floor.ts';
import type {Result} from '../result/schema.ts';
import {type RandomIndex, randomIndexOf} from './random.ts';
import {trialValues} from './samples.ts';
import {quantileOf} from './statistics.ts';

/** Of so many random ways to part the trials of one series into two arms, 95 in 100 differ by no more than the floor. */
const splits = 2_000;
const share = 0.95;
const seed = 20190916;

/** How much a series differs from itself, for each metric with a median other than 0 and at least four trials. */
export function noiseOf(result: Result): Record<string, MetricNoise> {
  const random = randomIndexOf(seed);
  const entries = result.metrics.flatMap(metric => {
    const values = trialValues(metric, result.trials.length) ?? [];
    const floor = values.length < 4 ? undefined : floorOf(values, random);
    return floor === undefined ? [] : [[metric.name, {floor, variation: variationOf(values), trials: values.length}]];
  });
  return Object.fromEntries(entries);
}

/** The 95th percentile of |ratio of medians - 1| between two random halves; nothing where a half's median is 0. */
function floorOf(values: readonly number[], random: RandomIndex): number | undefined {
  const changes = Array.from({length: splits}, () => {
    const [base, other] = halves(values, random);
    return Math.abs(quantileOf(other, 0.5) / quantileOf(base, 0.5) - 1);
  });
  return changes.every(Number.isFinite) ? quantileOf(changes, share) : undefined;
}

function halves(values: readonly number[], random: RandomIndex): [number[], number[]] {
  const rest = [...values];
  const half = Array.from({length: Math.floor(values.length / 2)}, () => rest.splice(random(rest.length), 1)[0]!);
  return [half, rest];
}

/** The coefficient of variation: the standard deviation of a sample over its mean. Equal values have none at all. */
function variationOf(values: readonly number[]): number {
  const [first = 0] = values;
  const mean = first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1)) / Math.abs(mean);
}
