import {sumChecks} from '../result/checks.ts';
import {directMemory, directOperations, directPlace} from '../result/direct-metrics.ts';
import type {GuestReport} from '../result/guest.ts';
import {measured, metricDefinitions} from '../result/metrics.ts';
import type {Metric, Trial} from '../result/schema.ts';
import type {Share} from './shares.ts';
import type {TraceSummary} from './trace.ts';
import type {FinishedTrial} from './trial.ts';

type Bench = NonNullable<Trial['bench']>;

type Values = Record<string, number[]>;

/** All metrics of an arm: what each of its trials gave, in the order of the trials. */
export function measureArm(trials: readonly FinishedTrial[]): Metric[] {
  const perTrial = trials.map(measureTrial);
  return metricDefinitions
    .map(({name}) =>
      measured(
        name,
        perTrial.map(values => values[name] ?? []),
      ),
    )
    .filter(metric => metric.values.length > 0);
}

/** What one trial gave, by the names of result/metrics.ts. What it did not reach is missing. */
function measureTrial({trial, trace}: FinishedTrial): Values {
  const {guest, log, ktap} = trial;
  // One that did not come to its end has figures too, of how far it came.
  const migration = trial.migration?.status === 'completed' ? trial.migration : null;
  return {
    ...values({
      'oracle.lost': sumChecks([trial])?.lost,
      'log.missing': log?.missing,
      'log.falsely_dirty': log?.falselyDirty,
      'log.reported': log?.reported,
      'ktap.failed': ktap?.failed,
      'migration.total': migration?.totalMs,
      'migration.setup': migration?.setupMs,
      'migration.downtime': migration?.downtimeMs,
      'migration.rounds': migration?.syncs,
      'migration.ram_bytes': migration?.ramBytes,
      'migration.vfio_bytes': migration?.vfioBytes,
      'guest.longest_gap': guest && guest.longestGap.ns / 1e6,
    }),
    ...(trace ? measureTrace(trace) : {}),
    ...(trial.bench ? measureBench(trial.bench) : {}),
    ...Object.assign({}, ...(guest?.phases ?? []).map(measurePhase)),
  };
}

/** What was measured without a guest. Operations and places that have no metric stand in the result only. */
function measureBench({points, memory}: Bench): Values {
  const times = points.flatMap(({operation, mappings, devices, requests, p50, p99}) => {
    const name = directOperations[operation]?.name;
    const place = directPlace(mappings, devices);
    return [
      [`type1.${name}.p50${place}`, p50 / 1000],
      [`type1.${name}.p99${place}`, p99 / 1000],
      [`type1.${name}.requests${place}`, requests],
    ] as const;
  });
  const bytes = memory.map(({what, bytes: taken}) => [`type1.memory.${directMemory[what]?.name}`, taken] as const);
  return values(Object.fromEntries([...times, ...bytes]));
}

function measureTrace({tracked, iotlbMisses, syncs, breakdown}: TraceSummary): Values {
  return {
    ...measureShare('sync', breakdown?.sync, 1000),
    ...measureShare('unmap', breakdown?.unmap, 1_000_000),
    ...(iotlbMisses > 0 ? {'vhost.iotlb_misses': [iotlbMisses]} : {}),
    'vfio.map_ioctls': [tracked.maps],
    'vfio.unmap_ioctls': [tracked.unmaps],
    'vfio.unmap_bitmap_ioctls': [tracked.unmapsWithBitmap],
    'vfio.dirty_ioctls': [tracked.dirtyQueries],
    'vfio.dirty_ioctls_per_sync': syncs.map(sync => sync.dirtyIoctls),
    'vfio.iotlb_ioctls': [tracked.iotlbCalls],
    'vfio.iotlb_ioctls_per_sync': syncs.map(sync => sync.iotlbIoctls),
    'vfio.sections_per_sync': syncs.map(sync => sync.sections),
    'vfio.dirty_pages_per_sync': syncs.map(sync => sync.dirtyPages),
    'vfio.sync_time': syncs.map(sync => sync.durationMs),
  };
}

/** Where the time of an operation went, in units of which a second has so many. */
function measureShare(operation: string, share: Share | undefined, unitsPerSecond: number): Values {
  if (share === undefined) return {};
  const seconds = {
    qemu: share.total - share.kernel,
    kernel: share.kernel,
    lock_held: share.lockHeld,
    lock_waited: share.lockWaited,
    others_waited: share.othersWaited,
    others_longest: share.othersLongest,
    bql_held: share.bqlHeld,
    bql_waited: share.bqlWaited,
  };
  const times = Object.entries(seconds).map(([name, value]) => [name, value * unitsPerSecond] as const);
  const all = [...times, ['others_waits', share.othersWaits] as const];
  return values(Object.fromEntries(all.map(([name, value]) => [`breakdown.${operation}.${name}`, value])));
}

type Phase = GuestReport['phases'][number];

/** The phases of the workload that are measured, by the prefix of their metrics. */
const prefixes: Readonly<Record<string, string>> = {baseline: 'guest.baseline', migration: 'guest'};

function measurePhase(phase: Phase): Values {
  const prefix = prefixes[phase.name];
  if (!prefix) return {};
  const seconds = (phase.endNs - phase.startNs) / 1e9;
  const latencies = (['map', 'dma', 'unmap'] as const).flatMap(operation =>
    (['p50', 'p90', 'p99', 'max'] as const).map(
      quantile =>
        [
          `${prefix}.${operation}.${quantile}`,
          phase[operation]?.count ? phase[operation][quantile] / 1000 : null,
        ] as const,
    ),
  );
  return values({
    [`${prefix}.ops_per_second`]: seconds > 0 ? phase.operations / seconds : null,
    ...Object.fromEntries(latencies),
  });
}

/** One value for each name; names without one are left out. */
function values(of: Readonly<Record<string, number | null | undefined>>): Values {
  const known = Object.entries(of).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  return Object.fromEntries(known.map(([name, value]) => [name, [value]]));
}
