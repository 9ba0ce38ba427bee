import test from 'ava';
import {changePoints} from '../../analysis/change-points.ts';
import {quantileOf} from '../../analysis/statistics.ts';
import {normals} from '../fakes/normals.ts';

/** A busy machine takes its time over thousands of histories. */
const patience = 120_000;

const histories = 1000;
const metrics = 3;
const nights = 40;

type Draw = (mean: number) => number;

/** The result of a night: the median of its trials, which vary by 1.5 %. */
function nightOf(trials: number, seed: number): Draw {
  const normal = normals(seed);
  return mean =>
    quantileOf(
      Array.from({length: trials}, () => normal(mean, 0.015 * mean)),
      0.5,
    );
}

/** Skewed values, of which one in twenty is three times as large as it should be. */
function skewed(seed: number): Draw {
  const normal = normals(seed);
  return mean => mean * Math.exp(normal(0, 0.2)) * (normal(0, 1) > 1.645 ? 3 : 1);
}

/** Histories of metrics of which the first one changes in its middle: where a change was found, of each metric. */
function simulate(change: number, draw: Draw): number[][][] {
  return Array.from({length: histories}, () =>
    Array.from({length: metrics}, (_, metric) => {
      const levelOf = (night: number): number => (metric === 0 && night >= nights / 2 ? 100 * (1 + change) : 100);
      const values = Array.from({length: nights}, (_, night) => draw(levelOf(night)));
      return changePoints(values, metrics).map(({at}) => at);
    }),
  );
}

const isFalse = test.macro((t, draw: Draw) => {
  t.timeout(patience);
  const wrong = simulate(0, draw).filter(found => found.flat().length > 0).length;
  t.log(`${wrong} of ${histories}`);
  t.true(wrong <= 0.03 * histories);
});

test('of 1000 histories without a change, about 2 % have a change point in any metric', isFalse, nightOf(1, 7));
test('nor do more of skewed values with outliers', isFalse, skewed(7));

const isFound = test.macro((t, draw: Draw, within: number) => {
  t.timeout(patience);
  const all = simulate(0.03, draw);
  const distances = all.flatMap(
    ([first]) => first!.map(at => Math.abs(at - nights / 2)).sort((a, b) => a - b)[0] ?? [],
  );
  const near = distances.filter(distance => distance <= within).length;
  const wrong = all.filter(([first, ...others]) => first!.length > 1 || others.flat().length > 0).length;
  t.log(`found in ${distances.length}, within ${within} nights in ${near}, a wrong one beside it in ${wrong}`);
  t.true(distances.length >= 0.95 * histories);
  t.true(near >= 0.95 * distances.length);
  t.true(wrong <= 0.05 * histories);
});

// With one value a night, two standard deviations apart, not even one who knew both levels would always hit it: in
// 94 % to within two nights, in 97 % to within three (Hinkley, Biometrika 57, 1970).
test('a change of 3 % is found in 95 % of 1000 histories of single trials, and its place', isFound, nightOf(1, 7), 3);
test('with five trials a night, its place is found to within a night', isFound, nightOf(5, 7), 1);
