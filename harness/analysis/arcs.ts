import type {RandomIndex} from './random.ts';

/** Fewer results than this in a row are never a level of their own. */
export const shortest = 3;

/** A stretch of values, and how far its mean is from that of all others: a standardised difference. */
export type Arc = {readonly from: number; readonly to: number; readonly strength: number};

/** Sums that should be equal are added up in another order, and so may differ by less than this. */
const rounding = 1e-9;

/** Permutations per permutation that may be as extreme: enough for a decision that another seed would make too. */
const precision = 10;

/** A way to find the stretch of values that stands out most. */
export type Search = (values: ArrayLike<number>) => Arc;

/** Among the stretches that begin with the first value. */
export const strongestStep: Search = values => {
  const sums = sumsFromMean(values);
  let best: Arc = {from: 0, to: 0, strength: 0};
  for (let to = shortest; to <= values.length - shortest; to++) {
    const strength = Math.abs(sums[to]!) * weightOf(to, values.length);
    if (strength > best.strength) best = {from: 0, to, strength};
  }
  return best;
};

/** Among those that lie between others (circular binary segmentation: Olshen et al., Biostatistics 5, 2004). */
export const strongestInside: Search = values => {
  const sums = sumsFromMean(values);
  let best: Arc = {from: 0, to: 0, strength: 0};
  for (let length = shortest; length <= values.length - 2 * shortest; length++) {
    const weight = weightOf(length, values.length);
    for (let from = shortest; from + length <= values.length - shortest; from++) {
      const strength = Math.abs(sums[from + length]! - sums[from]!) * weight;
      if (strength > best.strength) best = {from, to: from + length, strength};
    }
  }
  return best;
};

/**
 * The share of permutations of the values in which some stretch stands out as much as the strongest of them does
 * (Antoch and Hušková, Statistics & Probability Letters 53, 2001); nothing as soon as it is sure to be above the level.
 */
export function chanceOf(
  {strength}: Arc,
  search: Search,
  values: readonly number[],
  level: number,
  random: RandomIndex,
): number | undefined {
  const draws = Math.ceil(precision / level) - 1;
  const shuffled = Float64Array.from(values);
  let extreme = 1;
  for (let draw = 0; draw < draws; draw++) {
    shuffle(shuffled, random);
    if (search(shuffled).strength >= strength - rounding) extreme++;
    if (extreme > level * (draws + 1)) return undefined;
  }
  return extreme / (draws + 1);
}

/** How many values a clear step in their middle must have on both sides together to be significant at a level. */
export function enoughFor(level: number): number {
  for (let count = 2 * shortest; ; count++) {
    // Of all ways to choose a half of the values, the first and the last half are as extreme.
    if (2 / choices(count, Math.floor(count / 2)) <= level / 2) return count;
  }
}

/** Makes the difference from the mean of a stretch's sum one of standard deviation 1, if that of the values is. */
function weightOf(length: number, count: number): number {
  return Math.sqrt(count / (length * (count - length)));
}

/** For each place, the sum of what the values before it are above the mean of all. */
function sumsFromMean(values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let index = 0; index < values.length; index++) sums[index + 1] = sums[index]! + values[index]!;
  const mean = sums[values.length]! / values.length;
  for (let index = 1; index <= values.length; index++) sums[index]! -= index * mean;
  return sums;
}

/** Fisher and Yates. */
function shuffle(values: Float64Array, random: RandomIndex): void {
  for (let index = values.length - 1; index > 0; index--) {
    const other = random(index + 1);
    const kept = values[index]!;
    values[index] = values[other]!;
    values[other] = kept;
  }
}

function choices(from: number, count: number): number {
  let ways = 1;
  for (let step = 1; step <= count; step++) ways = (ways * (from - step + 1)) / step;
  return ways;
}
