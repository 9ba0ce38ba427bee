import {MedianBootstrap} from './bootstrap.ts';
import {PermutationTest} from './permutation.ts';
import {randomIndexOf} from './random.ts';

/** The resamples that verdicts rest on. They depend on the sizes of samples alone, so many comparisons can share them. */
export type Resampling = {readonly permutations: PermutationTest; readonly bootstrap: MedianBootstrap};

/** The same figures always give the same verdict. */
const seed = 20190916;

export function makeResampling(): Resampling {
  const random = randomIndexOf(seed);
  return {permutations: new PermutationTest(random), bootstrap: new MedianBootstrap(random)};
}
