import test from 'ava';
import {canChange, changePoints, valuesNeeded} from '../../analysis/change-points.ts';
import {around} from '../fakes/history.ts';
import {normals} from '../fakes/normals.ts';

/** Asserts at which values the level of a row changes, alone or among so many metrics. */
const changes = test.macro((t, values: number[], at: number[], metrics?: number) => {
  t.deepEqual(
    changePoints(values, metrics ?? 1).map(point => point.at),
    at,
  );
});

test('a level that stays has no change', changes, around(100, 40), []);
test('a row of equal values has none', changes, Array(40).fill(7), []);
test('a step is found where it is', changes, [...around(100, 10), ...around(110, 10)], [10]);
test(
  'steps one after the other are all found',
  changes,
  [100, 110, 120].flatMap(level => around(level, 12)),
  [12, 24],
);
test(
  'a change that was undone is found, with its end',
  changes,
  [100, 110, 100].flatMap(level => around(level, 12)),
  [12, 24],
);
test(
  'a short one between long levels is found too',
  changes,
  [...around(100, 20), ...around(110, 5), ...around(100, 20)],
  [20, 25],
);
test(
  'three new values tell a clear step, if there are enough old ones',
  changes,
  [...around(100, 30), 130, 131, 130],
  [30],
);
test('two do not, among many metrics', changes, [...around(100, 30), 130, 131], [], 45);
test('a single odd value is no level', changes, [...around(100, 15), 500, ...around(100, 15)], []);
test(
  'an odd value does not hide a step',
  changes,
  [...around(100, 5), 5000, ...around(100, 15), ...around(105, 20)],
  [21],
);
test(
  'counts that change are found, though most do not vary',
  changes,
  [...Array(15).fill(12), ...Array(12).fill(14)],
  [15],
);
test('something where there was nothing is a change', changes, [...Array(12).fill(0), ...Array(12).fill(3)], [12]);
test('a step below the minimum effect is none', changes, [...Array(15).fill(1000), ...Array(15).fill(1005)], []);
test('a row without values has none', changes, [], []);

test('what is judged together must be surer than what is judged alone', t => {
  const values = [...around(100, 6), ...around(110, 6)];
  t.is(changePoints(values, 1).length, 1);
  t.is(changePoints(values, 40).length, 0);
});

test('a change point tells the levels on both sides, up to the next ones, and its adjusted p-value', t => {
  const values = [...Array(12).fill(100), ...Array(12).fill(110), ...Array(12).fill(90)];
  const [first, second] = changePoints(values, 3);
  t.like(first, {at: 12, before: 100, after: 110});
  t.like(second, {at: 24, before: 110, after: 90});
  t.true([first!, second!].every(({p}) => p > 0 && p <= 0.05));
});

test('the same values always give the same change points', t => {
  const normal = normals(3);
  const values = Array.from({length: 60}, (_, index) => normal(index < 30 ? 100 : 102, 1.5));
  t.deepEqual(changePoints(values, 5), changePoints(values, 5));
});

test('as many values as are said to be needed tell a clear step, for any number of metrics', t => {
  for (const metrics of [1, 3, 45, 200]) {
    const needed = valuesNeeded(metrics);
    const row = (count: number): number[] => [
      ...around(100, Math.ceil(count / 2)),
      ...around(200, Math.floor(count / 2)),
    ];
    t.is(changePoints(row(needed), metrics).length, 1, `${metrics} metrics, ${needed} values`);
    t.is(changePoints(row(needed - 4), metrics).length, 0, `${metrics} metrics, ${needed - 4} values`);
  }
  t.true(valuesNeeded(45) > valuesNeeded(1));
});

test('values that all lie within the minimum effect cannot change', t => {
  t.false(canChange([100, 100.5, 100.9]));
  t.true(canChange([100, 101.1]));
  t.false(canChange([0, 0]));
  t.true(canChange([0, 1]));
});
