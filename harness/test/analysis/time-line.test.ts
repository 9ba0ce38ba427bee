import test from 'ava';
import {timeLineOf, typicalTrial} from '../../analysis/time-line.ts';
import type {Trial} from '../../result/schema.ts';
import {trial} from '../fakes/result.ts';

const took = (totalMs: number | null, index = 0): Trial => ({
  ...trial,
  index,
  migration: {...trial.migration!, totalMs},
});

const guest: NonNullable<Trial['guest']> = {
  operations: 30,
  errors: 0,
  firstError: null,
  phases: [
    {name: 'baseline', startNs: 1e9, endNs: 3e9, operations: 20},
    {name: 'migration', startNs: 3e9, endNs: 6e9, operations: 10},
  ],
  timeline: {intervalMs: 500, startNs: 1e9, operations: [10, 5, 0, 2, 1]},
  longestGap: {ns: 4e8, atNs: 5e9, phase: 'migration'},
};

test('the typical trial is the median by the time of the migration, the quicker of two', t => {
  t.is(typicalTrial([took(30, 0), took(10, 1), took(20, 2)])?.index, 2);
  t.is(typicalTrial([took(30, 0), took(10, 1)])?.index, 1);
});

test('trials whose migration did not end, or of which no round is known, are not typical', t => {
  t.is(typicalTrial([took(null), {...took(5), rounds: []}, {...trial, migration: null}, took(7, 3)])?.index, 3);
  t.is(typicalTrial([took(null)]), undefined);
});

test('all times count from the start of the migration', t => {
  const line = timeLineOf({...trial, guest})!;
  t.deepEqual(line.churn![0], {fromMs: -2000, toMs: -1500, perSecond: 20});
  t.deepEqual(line.churn!.at(-1), {fromMs: 0, toMs: 500, perSecond: 2});
  t.deepEqual(line.longestGap, {fromMs: 2000, toMs: 2400});
  t.deepEqual(line.blackout, {fromMs: 2150, toMs: 2400});
  t.is(line.rounds, trial.rounds);
});

test('a gap outside the migration is not shown, nor what nobody measured', t => {
  t.is(timeLineOf({...trial, guest: {...guest, longestGap: {...guest.longestGap, phase: 'after'}}})!.longestGap, null);
  const bare = timeLineOf({...trial, migration: {...trial.migration!, downtimeMs: null}})!;
  t.like(bare, {churn: null, blackout: null, longestGap: null});
});

test('a migration that did not end has no time line', t => {
  t.is(timeLineOf(took(null)), undefined);
});
