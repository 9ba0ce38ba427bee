import test from 'ava';
import {measureArm} from '../../experiment/measure.ts';
import type {TraceSummary} from '../../experiment/trace.ts';
import type {FinishedTrial} from '../../experiment/trial.ts';
import {byMetricOrder} from '../../result/metrics.ts';
import type {Trial} from '../../result/schema.ts';
import {trial} from '../fakes/result.ts';

const histogram = {count: 10, min: 1, p50: 2000, p90: 3000, p99: 4000, p999: 5000, max: 6000, mean: 2500, buckets: []};
const phase = {startNs: 1e9, endNs: 3e9, operations: 500, map: histogram, dma: histogram, unmap: histogram};
const guest: Trial['guest'] = {
  operations: 1000,
  errors: 0,
  firstError: null,
  phases: [
    {...phase, name: 'baseline', endNs: 2e9},
    {...phase, name: 'migration', unmap: {...histogram, count: 0}},
    {...phase, name: 'after'},
  ],
  timeline: {intervalMs: 100, startNs: 0, operations: []},
  longestGap: {ns: 250e6, atNs: 0, phase: 'migration'},
};
const sync = {startMs: 0, durationMs: 2.5, dirtyIoctls: 6, dirtyPages: 30, iotlbIoctls: 3, sections: 6};
const trace: TraceSummary = {
  tracked: {maps: 10, unmaps: 8, unmapsWithBitmap: 2, dirtyQueries: 12, iotlbCalls: 9},
  iotlbMisses: 0,
  syncs: [sync, {...sync, dirtyIoctls: 7}],
  rounds: [],
  breakdown: undefined,
};

function valuesOf(...trials: FinishedTrial[]): Record<string, number[]> {
  return Object.fromEntries(measureArm(trials).map(metric => [metric.name, metric.values]));
}

test('a whole trial gives every metric', t => {
  const values = valuesOf({trial: {...trial, guest}, trace, lab: undefined});
  t.like(values, {
    'oracle.lost': [0],
    'migration.total': [2400],
    'migration.setup': [12],
    'migration.downtime': [250],
    'migration.rounds': [4],
    'migration.ram_bytes': [123_456_789],
    'migration.vfio_bytes': [4096],
    'vfio.map_ioctls': [10],
    'vfio.unmap_ioctls': [8],
    'vfio.unmap_bitmap_ioctls': [2],
    'vfio.dirty_ioctls': [12],
    'vfio.dirty_ioctls_per_sync': [6, 7],
    'vfio.iotlb_ioctls': [9],
    'vfio.iotlb_ioctls_per_sync': [3, 3],
    'vfio.sections_per_sync': [6, 6],
    'vfio.dirty_pages_per_sync': [30, 30],
    'vfio.sync_time': [2.5, 2.5],
    'guest.longest_gap': [250],
    'guest.ops_per_second': [250],
    'guest.baseline.ops_per_second': [500],
    'guest.map.p50': [2],
    'guest.dma.max': [6],
    'guest.baseline.unmap.p99': [4],
  });
});

test('where the time of syncs went is in milliseconds, and that of unmaps in microseconds', t => {
  const share = {
    ...{total: 0.01, kernel: 0.004, lockHeld: 0.003, lockWaited: 0.0005},
    ...{othersWaited: 0.002, othersWaits: 4, othersLongest: 0.0015, bqlHeld: 0.01, bqlWaited: 0.001},
  };
  const breakdown = {sync: share, unmap: {...share, total: 0.000_01, kernel: 0.000_004}};
  const rounded = Object.entries(valuesOf({trial, trace: {...trace, breakdown}, lab: undefined}))
    .filter(([name]) => name.startsWith('breakdown.'))
    .map(([name, [value]]) => [name.slice('breakdown.'.length), Math.round(value! * 1000) / 1000]);
  t.like(Object.fromEntries(rounded), {
    'sync.qemu': 6,
    'sync.kernel': 4,
    'sync.lock_held': 3,
    'sync.lock_waited': 0.5,
    'sync.others_waited': 2,
    'sync.others_waits': 4,
    'sync.others_longest': 1.5,
    'sync.bql_held': 10,
    'sync.bql_waited': 1,
    'unmap.qemu': 6,
    'unmap.kernel': 4,
    'unmap.others_waits': 4,
    'unmap.others_longest': 1500,
  });
});

test('what was measured without a guest has a metric for each place, in microseconds', t => {
  const times = {count: 9, p50: 1500, p90: 2000, p99: 3000, max: 9000};
  const bench = {
    points: [
      {operation: 'sync', mappings: 65_536, requests: 4, ...times},
      {operation: 'sync', mappings: 1024, devices: 4, requests: 8, ...times},
      {operation: 'unmap while tracking', mappings: 64, ...times},
      {operation: 'something new', mappings: 64, ...times},
    ],
    memory: [{what: 'mapping of a page', bytes: 96, per: 'mapping'}],
  };
  const bare: Trial = {...trial, oracle: null, migration: null, bench};
  t.deepEqual(valuesOf({trial: bare, trace: undefined, lab: undefined}), {
    'type1.unmap_tracking.p50@64': [1.5],
    'type1.unmap_tracking.p99@64': [3],
    'type1.sync.p50@65536': [1.5],
    'type1.sync.p99@65536': [3],
    'type1.sync.p50@1024x4': [1.5],
    'type1.sync.p99@1024x4': [3],
    'type1.sync.requests@65536': [4],
    'type1.sync.requests@1024x4': [8],
    'type1.memory.mapping': [96],
  });
});

test('an operation that never happened has no latency', t => {
  t.false('guest.unmap.p50' in valuesOf({trial: {...trial, guest}, trace, lab: undefined}));
});

test('trials add their values in order, and those that got nowhere leave a gap', t => {
  const second: Trial = {...trial, migration: {...trial.migration!, totalMs: 99, vfioBytes: null}};
  const failed: Trial = {...trial, outcome: 'boot-failed', oracle: null, migration: null};
  const values = valuesOf(
    {trial, trace, lab: undefined},
    {trial: failed, trace: undefined, lab: undefined},
    {trial: second, trace, lab: undefined},
  );
  t.deepEqual(values['migration.total'], [2400, 99]);
  t.deepEqual(values['migration.vfio_bytes'], [4096]);
  t.deepEqual(values['vfio.dirty_ioctls_per_sync'], [6, 7, 6, 7]);
});

test('an arm without a measured trial has no metrics', t => {
  const failed: Trial = {...trial, oracle: null, migration: null};
  t.deepEqual(valuesOf({trial: failed, trace: undefined, lab: undefined}), {});
});

test('metrics come in the order of the table', t => {
  const names = measureArm([{trial: {...trial, guest}, trace, lab: undefined}]).map(metric => metric.name);
  t.deepEqual(names, [...names].sort(byMetricOrder));
});

test('translations that vhost asked for are a metric only where there is vhost', t => {
  const misses = (iotlbMisses: number) =>
    valuesOf({trial, trace: {...trace, iotlbMisses}, lab: undefined})['vhost.iotlb_misses'];
  t.deepEqual(misses(7), [7]);
  t.is(misses(0), undefined);
});

test('pages that were lost in an earlier migration of a trial count', t => {
  const attempt = {name: 'there', migration: trial.migration!, oracle: {checked: 10, lost: 3, first: []}, rounds: []};
  const values = valuesOf({trial: {...trial, attempts: [attempt]}, trace: undefined, lab: undefined});
  t.deepEqual(values['oracle.lost'], [3]);
});

test('a migration that did not come to its end has no figures among the metrics', t => {
  const broken: Trial = {...trial, migration: {...trial.migration!, status: 'active', totalMs: 77}};
  const names = measureArm([{trial: broken, trace, lab: undefined}]).map(({name}) => name);
  t.deepEqual(
    names.filter(name => name.startsWith('migration.')),
    [],
  );
});
