import type {RandomIndex} from './random.ts';

/** Up to this many ways to deal the values out, all of them are tried. */
const exactUpTo = 20_000;

/** Random ways that are tried where there are more. */
const samples = 9_999;

/** Ranks are halves at the finest, so sums that differ differ by more than this. */
const rounding = 1e-9;

/** Ways to deal so many values out to two arms: each is the places of those that go to the first arm. */
type Deals = {readonly exact: boolean; readonly first: readonly Uint16Array[]};

/**
 * Permutation tests of whether two samples come from the same distribution (Fisher 1935; Good, Permutation Tests,
 * 2000). The statistic is the sum of ranks, so that a few odd values weigh no more than their place in the order, and
 * none has to be left out. Samples of the same sizes are dealt out in the same ways.
 */
export class PermutationTest {
  readonly #random: RandomIndex;
  readonly #deals = new Map<string, Deals>();

  constructor(random: RandomIndex) {
    this.#random = random;
  }

  /** The two-sided p-value: exact for few values, else estimated from random permutations, and never 0. */
  p(a: readonly number[], b: readonly number[]): number {
    const ranks = midranks([...a, ...b]);
    const centre = (a.length * (ranks.length + 1)) / 2;
    const {exact, first} = this.#dealsOf(a.length, b.length);
    const observed = Math.abs(sumOf(ranks, upTo(a.length)) - centre) - rounding;
    let extreme = 0;
    for (const places of first) {
      if (Math.abs(sumOf(ranks, places) - centre) >= observed) extreme++;
    }
    return exact ? extreme / first.length : (extreme + 1) / (first.length + 1);
  }

  #dealsOf(sizeA: number, sizeB: number): Deals {
    const key = `${sizeA} ${sizeB}`;
    const known = this.#deals.get(key) ?? deal(sizeA, sizeA + sizeB, this.#random);
    this.#deals.set(key, known);
    return known;
  }
}

/** The smallest p-value that samples of these sizes can give: that of values which do not overlap. */
export function smallestP(sizeA: number, sizeB: number): number {
  if (sizeA === 0 || sizeB === 0) return 1;
  const ways = combinations(sizeA + sizeB, sizeA);
  return ways <= exactUpTo ? Math.min(1, 2 / ways) : 1 / (samples + 1);
}

/** Holm's step-down adjustment (1979): the chance of one wrong rejection among all stays below the level. */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, index) => index).sort((a, b) => ps[a]! - ps[b]!);
  const adjusted = new Array<number>(ps.length);
  let floor = 0;
  for (const [place, index] of order.entries()) {
    floor = Math.max(floor, Math.min(1, ps[index]! * (ps.length - place)));
    adjusted[index] = floor;
  }
  return adjusted;
}

/** Ranks from 1; equal values share the mean of their ranks. */
function midranks(values: readonly number[]): Float64Array {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let place = start; place < end; place++) ranks[order[place]!] = (start + end + 1) / 2;
    start = end;
  }
  return ranks;
}

function sumOf(ranks: Float64Array, places: Uint16Array): number {
  let sum = 0;
  for (let index = 0; index < places.length; index++) sum += ranks[places[index]!]!;
  return sum;
}

function upTo(count: number): Uint16Array {
  return Uint16Array.from({length: count}, (_, index) => index);
}

function deal(count: number, from: number, random: RandomIndex): Deals {
  const exact = combinations(from, count) <= exactUpTo;
  return {exact, first: exact ? allChoices(count, from) : randomChoices(count, from, random)};
}

function allChoices(count: number, from: number): Uint16Array[] {
  const found: Uint16Array[] = [];
  const chosen = new Uint16Array(count);
  const choose = (next: number, place: number): void => {
    if (place === count) found.push(chosen.slice());
    for (let index = next; place < count && index <= from - (count - place); index++) {
      chosen[place] = index;
      choose(index + 1, place + 1);
    }
  };
  choose(0, 0);
  return found;
}

/** Each is the start of a Fisher-Yates shuffle. */
function randomChoices(count: number, from: number, random: RandomIndex): Uint16Array[] {
  const places = upTo(from);
  return Array.from({length: samples}, () => {
    for (let index = 0; index < count; index++) {
      const other = index + random(from - index);
      const kept = places[index]!;
      places[index] = places[other]!;
      places[other] = kept;
    }
    return places.slice(0, count);
  });
}

/** How many ways there are to choose, as far as it is not beyond all use. */
function combinations(from: number, count: number): number {
  let ways = 1;
  for (let step = 1; step <= Math.min(count, from - count); step++) {
    ways = (ways * (from - step + 1)) / step;
    if (ways > 1e15) return Number.POSITIVE_INFINITY;
  }
  return Math.round(ways);
}
