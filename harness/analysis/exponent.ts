import type {MedianBootstrap} from './bootstrap.ts';
import {quantile, quantileOf} from './statistics.ts';

/** What was measured at one size: one value for each trial. */
export type SizedSample = {readonly size: number; readonly values: readonly number[]};

/** How a cost grows with a size: in proportion to size^exponent. */
export type Growth = {
  readonly exponent: number;
  /** Bootstrap interval of the exponent; null where every size has but one trial. */
  readonly interval: readonly [number, number] | null;
};

/** With fewer sizes any two points would fit. */
const fewestSizes = 3;

/**
 * Fits a power of the size to the medians, by least squares on their logarithms; the interval is a percentile
 * bootstrap over trials. Nothing where there are fewer than three sizes, or a size or median that is not above 0.
 */
export function fitGrowth(
  samples: readonly SizedSample[],
  bootstrap: MedianBootstrap,
  confidence: number,
): Growth | null {
  const known = samples.filter(({values}) => values.length > 0);
  const sizes = known.map(({size}) => size);
  const medians = known.map(({values}) => quantileOf(values, 0.5));
  if (known.length < fewestSizes || [...sizes, ...medians].some(value => value <= 0)) return null;
  const logSizes = sizes.map(Math.log);
  return {
    exponent: slopeOf(logSizes, medians.map(Math.log)),
    interval: known.some(({values}) => values.length > 1)
      ? slopeInterval(known, logSizes, bootstrap, confidence)
      : null,
  };
}

function slopeInterval(
  samples: readonly SizedSample[],
  logSizes: readonly number[],
  bootstrap: MedianBootstrap,
  confidence: number,
): readonly [number, number] | null {
  const resampled = samples.map(({values}, index) => bootstrap.medians(`size ${index}`, values));
  const slopes = Float64Array.from(resampled[0]!, (_, draw) => {
    const logs = resampled.map(medians => Math.log(medians[draw]!));
    return slopeOf(logSizes, logs);
  }).sort();
  if (!slopes.every(Number.isFinite)) return null;
  const tail = (1 - confidence) / 2;
  return [quantile(slopes, tail), quantile(slopes, 1 - tail)];
}

/** The slope of the line of least squares. */
function slopeOf(xs: readonly number[], ys: readonly number[]): number {
  const [meanX, meanY] = [mean(xs), mean(ys)];
  let [products, squares] = [0, 0];
  for (const [index, x] of xs.entries()) {
    products += (x - meanX) * (ys[index]! - meanY);
    squares += (x - meanX) ** 2;
  }
  return products / squares;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
