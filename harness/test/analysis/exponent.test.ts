import test from 'ava';
import {MedianBootstrap} from '../../analysis/bootstrap.ts';
import {fitGrowth, type SizedSample} from '../../analysis/exponent.ts';
import {randomIndexOf} from '../../analysis/random.ts';

const sizes = [64, 1024, 16_384, 65_536];
const growthOf = (samples: readonly SizedSample[]) => fitGrowth(samples, new MedianBootstrap(randomIndexOf(1)), 0.95);
const along = (values: (size: number) => number[]) => growthOf(sizes.map(size => ({size, values: values(size)})));

/** Three digits are enough to tell exponents apart. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000 + 0;

const grows = test.macro((t, exponent: number, cost: (size: number) => number) => {
  t.is(rounded(along(size => [cost(size)])!.exponent), exponent);
});

test('a cost that does not grow has the exponent 0', grows, 0, () => 7);
test('one in proportion has 1', grows, 1, size => 3 * size);
test('one that grows with the square has 2', grows, 2, size => size ** 2 / 100);
test('one that shrinks has less than 0', grows, -0.5, size => 100 / Math.sqrt(size));

test('the fit is to medians: one odd trial does not move it', t => {
  t.is(rounded(along(size => [size, size, 1e9 * size])!.exponent), 1);
});

test('the interval is wider the more the trials differ, and holds the exponent', t => {
  const spread = (by: number) => along(size => [size / by, size, size * by, size, size * Math.sqrt(by)])!;
  const [narrow, wide] = [spread(1.01), spread(4)];
  for (const {exponent, interval} of [narrow, wide]) t.true(interval![0] <= exponent && exponent <= interval![1]);
  const width = ({interval}: typeof narrow): number => interval![1] - interval![0];
  t.true(width(narrow) > 0);
  t.true(width(wide) > 10 * width(narrow));
});

test('of noisy costs the interval holds the true exponent about as often as it says', t => {
  const random = randomIndexOf(2);
  /** Between a half and twice the cost. */
  const noisy = (cost: number): number => cost * 2 ** (random(2001) / 1000 - 1);
  const found = Array.from({length: 100}, () => along(size => Array.from({length: 10}, () => noisy(size)))!.interval!);
  const holding = found.filter(([low, high]) => low <= 1 && 1 <= high).length;
  t.true(holding >= 86 && holding < 100, `${holding} of 100`);
});

test('the same figures give the same interval', t => {
  const once = () => along(size => [size, size * 2, size * 3])!.interval;
  t.deepEqual(once(), once());
});

test('with one trial at each size there is no interval', t => {
  t.is(along(size => [size])!.interval, null);
});

test('two sizes, a cost of 0 and a size of 0 give no exponent', t => {
  const at = (size: number, ...values: number[]) => ({size, values});
  t.is(growthOf([at(1, 1), at(2, 2)]), null);
  t.is(growthOf([at(1, 1), at(2, 2), at(3)]), null);
  t.is(growthOf([at(1, 0), at(2, 2), at(3, 3)]), null);
  t.is(growthOf([at(0, 1), at(2, 2), at(3, 3)]), null);
  t.truthy(growthOf([at(1, 1), at(2, 2), at(3, 3)]));
});
