import test from 'ava';
import {byMetricOrder, measured, metricDefinition, metricDefinitions} from '../../result/metrics.ts';
import {worstOutcome} from '../../result/schema.ts';

test('no two metrics share a name', t => {
  t.is(new Set(metricDefinitions.map(metric => metric.name)).size, metricDefinitions.length);
});

test('a metric has the unit and the sense of the table', t => {
  t.deepEqual(measured('guest.ops_per_second', [[1], [], [2, 3]]), {
    name: 'guest.ops_per_second',
    unit: '1/s',
    better: 'higher',
    values: [1, 2, 3],
    counts: [1, 0, 2],
  });
});

test('a metric that is not in the table is a bug', t => {
  t.throws(() => measured('guest.ops', []), {message: 'no metric is called guest.ops'});
});

test('times and rates depend on the clock, counts do not, but for those of waits', t => {
  const isTimed = (name: string, unit: string) => ['ms', 'us', '1/s'].includes(unit) || name.endsWith('_waits');
  t.true(metricDefinitions.every(({name, unit, clocked}) => clocked === isTimed(name, unit)));
  t.is(metricDefinition('vfio.dirty_ioctls_per_sync')?.clocked, false);
});

test('metrics are sorted as in the table, unknown ones last and by name', t => {
  const names = ['zzz', 'aaa', 'vfio.map_ioctls', 'migration.total'];
  t.deepEqual(names.sort(byMetricOrder), ['migration.total', 'vfio.map_ioctls', 'aaa', 'zzz']);
});

test('the outcome of an arm is the worst of its trials', t => {
  t.is(worstOutcome(['passed', 'boot-failed', 'lost-pages']), 'boot-failed');
  t.is(worstOutcome(['passed', 'passed']), 'passed');
  t.is(worstOutcome([]), 'interrupted');
});
