import type {RandomIndex} from './random.ts';
import {quantile} from './statistics.ts';

const resamples = 2_000;

/** The two places, in sorted values, whose mean is the median of one resample. */
type MedianPlaces = readonly [lower: number, upper: number];

/**
 * Percentile bootstrap (Efron 1979) of the ratio of two medians. Which places of the sorted values make a resample's
 * median depends on their number alone, so samples of one size share the resamples.
 */
export class MedianBootstrap {
  readonly #random: RandomIndex;
  readonly #places = new Map<string, readonly MedianPlaces[]>();

  constructor(random: RandomIndex) {
    this.#random = random;
  }

  /** The interval of other over base; nothing where a resample's base is 0, so that there is no ratio. */
  ratioInterval(
    base: readonly number[],
    other: readonly number[],
    confidence: number,
  ): readonly [number, number] | null {
    const below = this.medians('base', base);
    if (below.includes(0)) return null;
    const ratios = this.medians('other', other);
    for (const [index, median] of below.entries()) ratios[index]! /= median;
    ratios.sort();
    const tail = (1 - confidence) / 2;
    return [quantile(ratios, tail), quantile(ratios, 1 - tail)];
  }

  /** The medians of all resamples of a sample. Those of two sides are drawn independently of each other. */
  medians(side: string, values: readonly number[]): Float64Array {
    const key = `${side} ${values.length}`;
    const places =
      this.#places.get(key) ?? Array.from({length: resamples}, () => medianPlaces(values.length, this.#random));
    this.#places.set(key, places);
    const sorted = Float64Array.from(values).sort();
    return Float64Array.from(places, ([lower, upper]) => (sorted[lower]! + sorted[upper]!) / 2);
  }
}

function medianPlaces(length: number, random: RandomIndex): MedianPlaces {
  const drawn = Array.from({length}, () => random(length)).sort((a, b) => a - b);
  return [drawn[Math.floor((length - 1) / 2)]!, drawn[Math.ceil((length - 1) / 2)]!];
}
