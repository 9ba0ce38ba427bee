import test from 'ava';
import {makeDigest} from '../../analysis/digest.ts';
import type {Trial} from '../../result/schema.ts';
import {makeResult, makeUpstream, oncePerTrial, trial} from '../fakes/result.ts';

const digestOf = (...results: Parameters<typeof makeDigest>[0]['results']) =>
  makeDigest({results, base: [makeUpstream()], variant: ''});

test('trials of all runs are counted by outcome, with their seeds', t => {
  const lost: Trial = {...trial, seed: 2, outcome: 'lost-pages', oracle: {checked: 100, lost: 3, first: []}};
  const digest = digestOf(
    makeResult(),
    makeResult({run: 'other', outcome: 'lost-pages', trials: [lost], asExpected: false}),
  );
  t.like(digest, {trials: 2, seeds: [1, 2], outcomes: {passed: 1, 'lost-pages': 1}, outcome: 'lost-pages'});
  t.deepEqual(digest.oracle, {checked: 16_484, lost: 3});
  t.false(digest.asExpected);
  t.is(digest.runs.length, 2);
});

test('what was found after an earlier migration counts too', t => {
  const attempt = {name: 'there', migration: trial.migration!, oracle: {checked: 10, lost: 1, first: []}, rounds: []};
  const digest = digestOf(makeResult({trials: [{...trial, attempts: [attempt]}]}));
  t.deepEqual(digest.oracle, {checked: 16_394, lost: 1});
});

test('what no trial has is null, and not 0', t => {
  t.like(digestOf(makeResult({trials: [{...trial, oracle: null}]})), {
    oracle: null,
    log: null,
    ktap: null,
    bench: null,
  });
});

test('what the oracle at the log found is summed up', t => {
  const log = {
    tracking: 'gpa' as const,
    wrong: false,
    finding: '',
    steps: 5,
    gets: 4,
    missing: 1,
    falselyDirty: 2,
    reported: 3,
    reproducer: [],
  };
  const digest = digestOf(
    makeResult({
      trials: [
        {...trial, log},
        {...trial, log},
      ],
    }),
  );
  t.deepEqual(digest.log, {
    steps: 10,
    gets: 8,
    missing: 2,
    falselyDirty: 4,
    reported: 6,
  });
});

test('a metric is summed up over all values, with its ratio to the base of the same runs', t => {
  const digest = digestOf(makeResult(), makeResult({metrics: [oncePerTrial('migration.total', [2700, 2800])]}));
  const metric = digest.metrics.find(({name}) => name === 'migration.total');
  t.like(metric, {unit: 'ms', summary: {count: 5, median: 2600.123, max: 2800}});
  t.is(metric?.ratio, 2600.123 / 5000);
});

test('a ratio to 0, or to nothing, is none', t => {
  const names = digestOf(makeResult()).metrics.filter(({ratio}) => ratio === null);
  t.deepEqual(
    names.map(({name}) => name),
    [],
  );
  const alone = makeDigest({results: [makeResult()], base: [], variant: ''});
  t.is(alone.base, null);
  t.true(alone.metrics.every(({ratio}) => ratio === null));
});

test('figures without a guest are the medians over the trials, point by point', t => {
  const point = {operation: 'sync', mappings: 64, count: 10, p50: 100, p90: 200, p99: 300, max: 400};
  const bench = (p50: number, bytes: number) => ({
    points: [
      {...point, p50},
      {...point, mappings: 128, p50: 7},
    ],
    memory: [{what: 'slab', bytes, per: 'mapping'}],
  });
  const trials = [bench(100, 96), bench(300, 104), bench(110, 100)].map(one => ({...trial, bench: one}));
  const digest = digestOf(makeResult({trials}));
  t.deepEqual(digest.bench?.points, [
    {...point, count: 30, p50: 110},
    {...point, mappings: 128, count: 30, p50: 7},
  ]);
  t.deepEqual(digest.bench?.memory, [{what: 'slab', bytes: 100, per: 'mapping'}]);
});
