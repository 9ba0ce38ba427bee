import test from 'ava';
import {sumChecks} from '../../result/checks.ts';
import {trial} from '../fakes/result.ts';

const check = {checked: 10, lost: 1, first: []};
const attempt = {name: 'there', migration: trial.migration!, oracle: check, rounds: []};

test('every check counts, of all trials and after earlier migrations', t => {
  t.deepEqual(sumChecks([{...trial, attempts: [attempt, attempt]}, trial]), {checked: 32_788, lost: 2});
});

test('a trial that ended before its last check has those before it', t => {
  t.deepEqual(sumChecks([{...trial, oracle: null, attempts: [attempt]}]), {checked: 10, lost: 1});
});

test('where nothing was checked there is no sum', t => {
  t.is(sumChecks([{...trial, oracle: null}]), null);
  t.is(sumChecks([]), null);
});
