import test from 'ava';
import {type Cell, type Comparison, compare, describeArm} from '../../analysis/compare.ts';
import {makeResult, makeUpstream, oncePerTrial, trial} from '../fakes/result.ts';

const one = (name: string, ...values: number[]) => makeResult({metrics: [oncePerTrial(name, values)]});
const cellOf = ({rows}: Comparison): Cell | undefined => rows[0]?.others[0];

test('a ratio is the other median over that of the base', t => {
  const cell = cellOf(compare(one('migration.total', 1, 2, 3), [one('migration.total', 3, 5, 4)]));
  t.like(cell, {ratio: 2, difference: 2});
});

test('swapping base and other inverts every ratio', t => {
  const ratios = ({rows}: Comparison) => rows.map(row => row.others[0]?.ratio ?? null);
  const there = ratios(compare(makeUpstream(), [makeResult()]));
  const back = ratios(compare(makeResult(), [makeUpstream()]));
  for (const [index, ratio] of there.entries()) {
    if (ratio !== null && ratio !== 0) t.is(Math.round(ratio * back[index]! * 1e9), 1e9);
  }
});

test('a base of 0 has a difference, but no ratio', t => {
  t.like(cellOf(compare(one('oracle.lost', 0), [one('oracle.lost', 5)])), {ratio: null, difference: 5});
});

test('a metric that one arm lacks is compared with nothing', t => {
  const {rows} = compare(one('oracle.lost', 0), [one('migration.total', 5)]);
  t.deepEqual(
    rows.map(row => row.name),
    ['oracle.lost', 'migration.total'],
  );
  t.deepEqual(rows[0]?.others, [{summary: null, ratio: null, difference: null, verdict: null}]);
  t.like(rows[1], {base: null, unit: 'ms', clocked: true});
});

test('a metric without a value is compared with nothing', t => {
  t.is(compare(one('oracle.lost'), []).rows[0]?.base, null);
});

test('a result compares with itself', t => {
  const {comparable, rows} = compare(makeUpstream(), [makeUpstream()]);
  t.true(comparable);
  t.true(rows.every(row => row.others[0]?.ratio === 1));
});

test('results whose trials start otherwise do not compare', t => {
  const trials = [{...trial, startedFrom: 'saved-l1-1'}];
  const {comparable, others} = compare(makeUpstream(), [makeResult({trials})]);
  t.false(comparable);
  t.deepEqual(others[0]?.differences, [{what: 'start of trials', base: 'booted', other: 'from a saved L1'}]);
});

test('arms are called by their series, and by their run where that is not enough', t => {
  t.is(compare(makeUpstream(), [makeResult()]).base.label, 'upstream');
  const again = compare(makeResult({run: 'a'}), [makeResult({run: 'b'})]);
  t.deepEqual([again.base.label, again.others[0]?.label], ['gpa-map (a)', 'gpa-map (b)']);
});

test('an arm counts the pages of all its trials', t => {
  const arm = describeArm(makeResult({trials: [trial, trial, {...trial, oracle: null}]}));
  t.deepEqual([arm.trials, arm.oracle], [3, {checked: 32_768, lost: 0}]);
});

test('an arm counts what was found after an earlier migration', t => {
  const attempt = {name: 'there', migration: trial.migration!, oracle: {checked: 10, lost: 1, first: []}, rounds: []};
  t.deepEqual(describeArm(makeResult({trials: [{...trial, attempts: [attempt]}]})).oracle, {checked: 16_394, lost: 1});
});

test('an arm whose oracle never spoke says so', t => {
  t.is(describeArm(makeResult({trials: [{...trial, oracle: null}]})).oracle, null);
});

test('an expected failure has the reason of the series, another that of the trial', t => {
  const trials = [{...trial, outcome: 'lost-pages', reason: '37 pages are lost'} as const];
  t.is(describeArm(makeUpstream({trials})).reason, 'an unmap marks the wrong page');
  t.is(describeArm(makeUpstream({trials, asExpected: false})).reason, '37 pages are lost');
});
