import {directMetrics} from './direct-metrics.ts';
import type {Metric} from './schema.ts';

/** What a metric means. The order of `metricDefinitions` is the order in which reports list them. */
export type MetricDefinition = {
  readonly name: string;
  readonly unit: string;
  readonly better: Metric['better'];
  /** It depends on how fast the clock runs, and so means little under TCG. */
  readonly clocked: boolean;
  readonly meaning: string;
};

const time = {better: 'lower', clocked: true} as const;
const rate = {better: 'higher', clocked: true} as const;
const count = {better: 'lower', clocked: false} as const;

const operations = {
  map: 'to map a page for the device',
  dma: 'for the device to write a page, from doorbell to completion',
  unmap: 'to unmap a page',
};

const quantiles = {
  p50: 'Median time',
  p90: '90th percentile of the time',
  p99: '99th percentile of the time',
  max: 'Longest time',
};

/** What is told of an operation where `tracing` is `locks`: where its time went, and who had to wait because of it. */
const shares = {
  qemu: 'Time of {}, outside of calls to type1',
  kernel: 'Time of {}, in calls to type1, with those for its locks',
  lock_held: 'Time of {}, in which its thread held `iommu->lock`',
  lock_waited: 'Time of {}, in which its thread waited for `iommu->lock`',
  others_waited:
    'Time of {}, in which other threads, such as devices that write, waited for `iommu->lock`, summed up over them',
  others_waits: 'How often other threads waited for `iommu->lock` in {}',
  others_longest: 'Longest of these waits in {}',
  bql_held: 'Time of {}, in which its thread held QEMU’s big lock',
  bql_waited: 'Time of {}, in which its thread waited for QEMU’s big lock, before it or in it',
};

/** Every metric that a result may hold. */
export const metricDefinitions: readonly MetricDefinition[] = [
  {
    name: 'oracle.lost',
    unit: 'pages',
    ...count,
    meaning: 'Pages that do not hold the last acknowledged write, in all checks of a trial',
  },
  {
    name: 'log.missing',
    unit: 'pages',
    ...count,
    meaning: 'Pages that were written, and that a dirty bitmap did not report',
  },
  {
    name: 'log.falsely_dirty',
    unit: 'pages',
    ...count,
    meaning: 'Pages that were reported, and that no device had written since the last time',
  },
  {name: 'log.reported', unit: 'pages', ...count, meaning: 'Pages that were reported'},
  {name: 'ktap.failed', unit: 'tests', ...count, meaning: 'Tests of the uapi that failed'},
  ...directMetrics(),
  {name: 'migration.total', unit: 'ms', ...time, meaning: 'From the start of the migration to its end'},
  {name: 'migration.setup', unit: 'ms', ...time, meaning: 'From the start of the migration to the first round'},
  {name: 'migration.downtime', unit: 'ms', ...time, meaning: 'Time in which neither side ran the guest'},
  {name: 'migration.rounds', unit: 'count', ...count, meaning: 'Dirty syncs of the migration'},
  {name: 'migration.ram_bytes', unit: 'bytes', ...count, meaning: 'Bytes of RAM sent'},
  {name: 'migration.vfio_bytes', unit: 'bytes', ...count, meaning: 'Bytes of device state sent'},
  {name: 'vfio.map_ioctls', unit: 'count', ...count, meaning: 'MAP_DMA calls during the migration'},
  {
    name: 'vfio.unmap_ioctls',
    unit: 'count',
    ...count,
    meaning: 'UNMAP_DMA calls without a dirty bitmap during the migration',
  },
  {
    name: 'vfio.unmap_bitmap_ioctls',
    unit: 'count',
    ...count,
    meaning: 'UNMAP_DMA calls with a dirty bitmap during the migration',
  },
  {name: 'vfio.dirty_ioctls', unit: 'count', ...count, meaning: 'Dirty bitmap queries during the migration'},
  {name: 'vfio.dirty_ioctls_per_sync', unit: 'count', ...count, meaning: 'Dirty bitmap queries in one sync'},
  {
    name: 'vfio.iotlb_ioctls',
    unit: 'count',
    ...count,
    meaning: 'Calls that feed the device IOTLB of type1 during the migration',
  },
  {
    name: 'vfio.iotlb_ioctls_per_sync',
    unit: 'count',
    ...count,
    meaning: 'Calls that feed the device IOTLB of type1 in one sync',
  },
  {
    name: 'vfio.sections_per_sync',
    unit: 'count',
    ...count,
    meaning: 'Memory sections that VFIO is asked about in one sync',
  },
  {name: 'vfio.dirty_pages_per_sync', unit: 'pages', ...count, meaning: 'Dirty pages that VFIO reports in one sync'},
  {name: 'vfio.sync_time', unit: 'ms', ...time, meaning: 'Length of one sync'},
  {
    name: 'vhost.iotlb_misses',
    unit: 'count',
    ...count,
    meaning: 'Translations that vhost asked QEMU for during the migration',
  },
  ...breakdown('sync', 'ms', 'an average sync'),
  ...breakdown('unmap', 'us', 'an average unmap by QEMU after the first sync'),
  ...guest('guest', 'during the migration, with dirty tracking on'),
  {name: 'guest.longest_gap', unit: 'ms', ...time, meaning: 'Longest time between two completions'},
  ...guest('guest.baseline', 'before the migration'),
];

const definitionOf = new Map(metricDefinitions.map((definition, order) => [definition.name, {definition, order}]));

/** A metric of the table with the values that each trial gave. A name that is not in the table is a bug. */
export function measured(name: string, perTrial: readonly (readonly number[])[]): Metric {
  const definition = metricDefinition(name);
  if (definition === undefined) throw new Error(`no metric is called ${name}`);
  const {unit, better} = definition;
  return {name, unit, better, values: perTrial.flat(), counts: perTrial.map(values => values.length)};
}

/** What the table says of a metric; nothing of one that another version of the harness wrote. */
export function metricDefinition(name: string): MetricDefinition | undefined {
  return definitionOf.get(name)?.definition;
}

/** Sorts names as the table lists them, unknown ones last. */
export function byMetricOrder(a: string, b: string): number {
  const order = (name: string): number => definitionOf.get(name)?.order ?? definitionOf.size;
  return order(a) - order(b) || a.localeCompare(b);
}

function breakdown(operation: string, unit: string, what: string): MetricDefinition[] {
  return Object.entries(shares).map(([share, which]) => ({
    name: `breakdown.${operation}.${share}`,
    unit: share === 'others_waits' ? 'count' : unit,
    ...time,
    meaning: which.replace('{}', what),
  }));
}

function guest(prefix: string, when: string): MetricDefinition[] {
  const latencies = Object.entries(operations).flatMap(([operation, what]) =>
    Object.entries(quantiles).map(([quantile, which]) => ({
      name: `${prefix}.${operation}.${quantile}`,
      unit: 'us',
      ...time,
      meaning: `${which} ${what}, ${when}`,
    })),
  );
  return [
    {
      name: `${prefix}.ops_per_second`,
      unit: '1/s',
      ...rate,
      meaning: `Pages mapped, written and unmapped per second, ${when}`,
    },
    ...latencies,
  ];
}
