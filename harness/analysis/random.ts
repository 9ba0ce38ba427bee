import {xoroshiro128plus} from 'pure-rand/generator/xoroshiro128plus';

/** Gives a random index below a length. The same ones come from the same seed, so an analysis can be repeated. */
export type RandomIndex = (length: number) => number;

/** An index is a 32-bit number scaled down: for the lengths of samples its bias is far below what can be noticed. */
export function randomIndexOf(seed: number): RandomIndex {
  const generator = xoroshiro128plus(seed);
  return length => Math.floor(((generator.next() >>> 0) / 2 ** 32) * length);
}
