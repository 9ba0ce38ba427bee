import test from 'ava';
import {valuesNeeded} from '../../analysis/change-points.ts';
import {historyLine} from '../../analysis/history-line.ts';
import {type Track, tracksOf} from '../../analysis/track.ts';
import {newlyWorse, trendOf} from '../../analysis/trend.ts';
import type {HistoryLine} from '../../result/history.ts';
import {around, nightResult, nightsOf} from '../fakes/history.ts';

const trackOf = (lines: readonly HistoryLine[]): Track => tracksOf(lines)[0]!;
const slower = [...around(100, 10), ...around(110, 10)];

test('a change lies between two results, and says what else differs there', t => {
  const lines = nightsOf(slower).map((line, index): HistoryLine => {
    return index < 10 ? line : {...line, built: {...line.built, kernel: '6.12.118-1', harness: {version: '0.1.0'}}};
  });
  const [metric] = trendOf(trackOf(lines)).metrics;
  t.is(metric!.changes.length, 1);
  const {ratio, ...change} = metric!.changes[0]!;
  t.like(change, {kind: 'worse', last: 9, first: 10});
  t.deepEqual(change.differences, [
    {what: 'harness', base: '0123abc', other: '0.1.0'},
    {what: 'kernel', base: '6.12.117-1', other: '6.12.118-1'},
  ]);
  t.true(Math.abs(ratio! - 1.1) < 0.005);
});

test('more is better of what should be high, and there is no ratio to 0', t => {
  const changeOf = (name: string, values: number[]) => trendOf(trackOf(nightsOf(values, name))).metrics[0]!.changes[0];
  t.like(changeOf('guest.ops_per_second', slower), {kind: 'better'});
  t.like(changeOf('migration.total', slower.toReversed()), {kind: 'better'});
  t.like(changeOf('oracle.lost', [...Array(10).fill(0), ...Array(10).fill(3)]), {kind: 'worse', ratio: null});
});

test('a change is counted in results, also of a metric that some do not have', t => {
  const lines = nightsOf(slower);
  const without = {...lines[3]!, run: 'another', startedAt: '2025-01-04T12:00:00Z', metrics: {}};
  t.like(trendOf(trackOf([...lines, without])).metrics[0]!.changes[0], {last: 10, first: 11});
});

test('a short history is not judged, and says how much it takes', t => {
  const {metrics, needed} = trendOf(trackOf(nightsOf([...around(100, 3), ...around(200, 3)])));
  t.deepEqual(metrics[0]!.changes, []);
  t.is(metrics[0]!.points.length, 6);
  t.is(needed, valuesNeeded(1));
});

test('metrics that cannot have changed make the others no less sure', t => {
  const constant = Object.fromEntries(['migration.rounds', 'vfio.map_ioctls', 'oracle.lost'].map(name => [name, [5]]));
  const lines = slower.map((value, index) =>
    historyLine(nightResult(index, {'migration.total': [value], ...constant})),
  );
  const {metrics, needed} = trendOf(trackOf(lines));
  t.is(needed, trendOf(trackOf(nightsOf(slower))).needed);
  t.deepEqual(metrics.find(({name}) => name === 'migration.rounds')!.changes, []);
});

test('metrics stand in the order of the reports, without those that nobody knows', t => {
  const metrics = {'guest.map.p50': [1], 'oracle.lost': [0]};
  const line = historyLine(nightResult(0, metrics));
  const strange = {...line, metrics: {...line.metrics, 'sun.spots': line.metrics['oracle.lost']!}};
  t.deepEqual(
    trendOf(trackOf([strange])).metrics.map(({name}) => name),
    ['oracle.lost', 'guest.map.p50'],
  );
});

/** Asserts which metrics the newest results of a history show to be worse, that did not show it before. */
const isNew = test.macro((t, values: number[], newest: number, worse: string[]) => {
  const trend = trendOf(trackOf(nightsOf(values)));
  const runs = new Set(trend.results.slice(-newest).map(({run}) => run));
  t.deepEqual(
    newlyWorse(trend, runs).map(({name}) => name),
    worse,
  );
});

const twice = [...around(100, 20), ...around(110, 20), ...around(120, 3)];
test('a change that the newest results bring to light is new', isNew, [...around(100, 30), 130, 131, 130], 1, [
  'migration.total',
]);
test('one that was known before them is not', isNew, slower, 1, []);
test('a later change is new, though one was known', isNew, twice, 3, ['migration.total']);
test('a change for the better is not worse', isNew, [...around(100, 30), 70, 71, 70], 1, []);
test('no change is nothing new', isNew, around(100, 30), 1, []);
