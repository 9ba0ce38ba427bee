import test from 'ava';
import {makeResampling} from '../../analysis/resampling.ts';
import {judge, type Pair, type Verdict} from '../../analysis/verdict.ts';

const resampling = makeResampling();

const judgeOne = (pair: Partial<Pair>): Verdict =>
  judge([{name: 'm', better: 'lower', base: [], other: [], floor: null, ...pair}], resampling)[0]!;

const around = (middle: number, spread = 0.001): number[] =>
  Array.from({length: 10}, (_, index) => middle * (1 + spread * (index - 4.5)));

test('less is better of what should be low, and worse of what should be high', t => {
  t.is(judgeOne({base: around(100), other: around(90)}).kind, 'better');
  t.is(judgeOne({base: around(90), other: around(100)}).kind, 'worse');
  t.is(judgeOne({better: 'higher', base: around(100), other: around(90)}).kind, 'worse');
  t.is(judgeOne({better: 'higher', base: around(90), other: around(100)}).kind, 'better');
});

test('values that hardly differ are the same', t => {
  t.is(judgeOne({base: around(100), other: around(100.1)}).kind, 'same');
  t.is(judgeOne({base: Array(10).fill(6), other: Array(10).fill(6)}).kind, 'same');
  t.is(judgeOne({base: Array(10).fill(0), other: Array(10).fill(0)}).kind, 'same');
});

test('a change that is sure, but below the noise floor, is not called one', t => {
  t.is(judgeOne({base: around(100), other: around(103)}).kind, 'worse');
  t.is(judgeOne({base: around(100), other: around(103), floor: 0.05}).kind, 'same');
});

test('too few trials are unclear, and say how many it takes', t => {
  t.like(judgeOne({base: [1, 2, 3], other: [7, 8, 9]}), {kind: 'unclear', trialsNeeded: 4});
  t.is(judgeOne({base: [1, 2, 3, 4], other: [7, 8, 9, 10]}).kind, 'worse');
  t.like(judgeOne({base: [], other: [1]}), {kind: 'unclear', ratio: null, interval: null});
});

test('too few trials are not called the same either', t => {
  t.is(judgeOne({base: [6, 6, 6], other: [6, 6, 6]}).kind, 'unclear');
});

test('ranks that differ do not make a change of medians that may as well go the other way', t => {
  const base = [100, 100, 100, 100, 120, 120, 140, 140, 140, 140];
  const other = [101, 101, 101, 141, 141, 153, 153, 153, 153, 153];
  const {kind, p, ratio, interval} = judgeOne({base, other});
  t.true(p < 0.05 && ratio! > 1.2);
  t.true(interval![0] < 1 && 1 < interval![1]);
  t.is(kind, 'unclear');
});

test('noisy trials are unclear, and ask for more the noisier they are', t => {
  const noisy = judgeOne({base: around(100, 0.01), other: around(101, 0.01)});
  const noisier = judgeOne({base: around(100, 0.02), other: around(101, 0.02)});
  t.deepEqual([noisy.kind, noisier.kind], ['unclear', 'unclear']);
  t.true(noisy.trialsNeeded! > 10 && noisier.trialsNeeded! > noisy.trialsNeeded!);
});

test('something where there was nothing is a change, though there is no ratio', t => {
  const {kind, ratio, interval} = judgeOne({base: Array(10).fill(0), other: around(5)});
  t.deepEqual({kind, ratio, interval}, {kind: 'worse', ratio: null, interval: null});
});

test('the interval is around the ratio of the medians', t => {
  const {ratio, interval} = judgeOne({base: around(100), other: around(200)});
  t.is(Math.round(ratio! * 1000), 2000);
  t.true(interval![0] < 2 && 2 < interval![1] && interval![1] - interval![0] < 0.02);
});

test('what is judged together must be surer than what is judged alone', t => {
  const pair = {name: 'm', better: 'lower', base: [1, 2, 3, 4, 6], other: [5, 7, 8, 9, 10], floor: null} as const;
  t.is(judgeOne(pair).kind, 'worse');
  const together = judge(Array(30).fill(pair), resampling);
  t.true(together.every(({kind}) => kind === 'unclear'));
});
