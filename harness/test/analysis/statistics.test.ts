import test from 'ava';
import {summarise} from '../../analysis/statistics.ts';

const sums = test.macro((t, values: number[], expected: ReturnType<typeof summarise>) => {
  t.deepEqual(summarise(values), expected);
});

test('no values have no summary', sums, [], null);
test('one value is its own spread', sums, [7], {count: 1, min: 7, median: 7, max: 7, low: 7, high: 7});
test('few values spread over their range', sums, [4, 1, 2, 10], {
  count: 4,
  min: 1,
  median: 3,
  max: 10,
  low: 1,
  high: 10,
});
test('many values spread over their quartiles', sums, [5, 1, 2, 3, 4], {
  count: 5,
  min: 1,
  median: 3,
  max: 5,
  low: 2,
  high: 4,
});
test('quartiles are interpolated', sums, [1, 2, 3, 4, 5, 6], {
  count: 6,
  min: 1,
  median: 3.5,
  max: 6,
  low: 2.25,
  high: 4.75,
});

test('the order of the values does not matter, and they are left alone', t => {
  const values = [9, 1, 8, 2, 7, 3];
  t.deepEqual(summarise(values), summarise(values.toReversed()));
  t.deepEqual(values, [9, 1, 8, 2, 7, 3]);
});
