/** From this many values on, the middle half of them describes the spread better than their range. */
const enoughForQuartiles = 5;

/** The values of one metric in a few figures. */
export type Summary = {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** The quartiles, or the range where there are fewer than five values. */
  readonly low: number;
  readonly high: number;
};

/** Sums up some values; nothing where there are none. */
export function summarise(values: readonly number[]): Summary | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const [low, high] = sorted.length < enoughForQuartiles ? [0, 1] : [0.25, 0.75];
  return {
    count: sorted.length,
    min: sorted[0]!,
    median: quantile(sorted, 0.5),
    max: sorted.at(-1)!,
    low: quantile(sorted, low),
    high: quantile(sorted, high),
  };
}

/** A quantile of values in any order. */
export function quantileOf(values: readonly number[], share: number): number {
  return quantile(Float64Array.from(values).sort(), share);
}

/** A quantile of sorted values, interpolated between the two nearest (type 7 of Hyndman and Fan, 1996). */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  return below + (above - below) * (position - Math.floor(position));
}
