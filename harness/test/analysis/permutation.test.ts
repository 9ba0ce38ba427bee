import test from 'ava';
import {holm, PermutationTest, smallestP} from '../../analysis/permutation.ts';
import {randomIndexOf} from '../../analysis/random.ts';

const p = (a: number[], b: number[]): number => new PermutationTest(randomIndexOf(1)).p(a, b);
const upTo = (length: number, first = 1): number[] => Array.from({length}, (_, index) => first + index);

test('few values are dealt out in all ways', t => {
  // Of the 20 ways to choose 3 of 6, only two part the ranks as far as 1 2 3 | 4 5 6.
  t.is(p([1, 2, 3], [4, 5, 6]), 2 / 20);
  t.is(p([4, 5, 6], [1, 2, 3]), 2 / 20);
  // Rank sums 6, 7, 14 and 15 of those of Mann and Whitney's table for 3 and 3.
  t.is(p([1, 2, 4], [3, 5, 6]), 4 / 20);
});

test('equal values share their rank, and samples that are the same do not differ', t => {
  t.is(p([1, 1, 1], [1, 1, 1]), 1);
  t.is(p([1, 2, 2], [2, 2, 3]), 12 / 20);
});

test('many values are dealt out at random, and the p-value is never 0', t => {
  t.is(p(upTo(12), upTo(12, 100)), 1 / 10_000);
  // 10 and 10 with rank sum 82: 0.0892 by the exact distribution of Wilcoxon's statistic.
  const a = [1, 2, 4, 5, 6, 7, 9, 12, 17, 19];
  const b = upTo(20).filter(value => !a.includes(value));
  t.true(Math.abs(p(a, b) - 0.0892) < 0.01, `${p(a, b)}`);
});

test('one odd value weighs no more than its rank', t => {
  t.is(p([1, 2, 3], [4, 5, 6]), p([1, 2, 3], [4, 5, 1e9]));
});

test('the smallest p-value comes from samples that do not overlap', t => {
  t.is(smallestP(3, 3), p([1, 2, 3], [4, 5, 6]));
  t.is(smallestP(12, 12), p(upTo(12), upTo(12, 100)));
  t.is(smallestP(0, 5), 1);
  t.is(smallestP(1, 1), 1);
});

test('Holm multiplies the smallest p-value by their number, the next by one less', t => {
  t.deepEqual(holm([0.01, 0.02, 0.5]), [0.03, 0.04, 0.5]);
  t.deepEqual(holm([0.4, 0.01]), [0.4, 0.02]);
  t.deepEqual(holm([0.02, 0.021]), [0.04, 0.04]);
  t.deepEqual(holm([0.7, 0.9]), [1, 1]);
  t.deepEqual(holm([]), []);
});
