import test from 'ava';
import {startDifferences} from '../../analysis/start.ts';
import {makeResult} from '../fakes/result.ts';

const booted = makeResult();
const trials = [{...booted.trials[0]!, startedFrom: 'saved-l1-1'}];
const forked = makeResult({trials});

test('under the wall clock trials that start from a saved L1 do not compare with those that boot', t => {
  t.deepEqual(startDifferences(booted, booted), []);
  t.deepEqual(startDifferences(forked, forked), []);
  t.deepEqual(startDifferences(booted, forked), [{what: 'start of trials', base: 'booted', other: 'from a saved L1'}]);
});

test('under the virtual clock they do', t => {
  t.deepEqual(startDifferences(makeResult({clock: 'virtual'}), makeResult({clock: 'virtual', trials})), []);
});

test('a result without trials says nothing of how they start', t => {
  t.deepEqual(startDifferences(makeResult({trials: []}), forked), []);
});
