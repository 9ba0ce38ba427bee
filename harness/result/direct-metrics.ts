import type {MetricDefinition} from './metrics.ts';

const time = {better: 'lower', clocked: true} as const;
const count = {better: 'lower', clocked: false} as const;

const quantiles = {p50: 'Median time', p99: '99th percentile of the time'} as const;

/** Operations of the program that measures type1 without a guest, by the names it has for them. */
export const directOperations: Readonly<Record<string, {readonly name: string; readonly meaning: string}>> = {
  map: {name: 'map', meaning: 'to map a page'},
  unmap: {name: 'unmap', meaning: 'to unmap a page'},
  'map while tracking': {name: 'map_tracking', meaning: 'to map a page, with dirty tracking on'},
  'unmap while tracking': {name: 'unmap_tracking', meaning: 'to unmap a dirty page, with dirty tracking on'},
  sync: {name: 'sync', meaning: 'to fetch the dirty bitmap of all that is mapped'},
  'write by the device': {name: 'write', meaning: 'for the device to write a page, from completion to completion'},
  'write by the device during syncs': {name: 'write_syncing', meaning: 'for the same while syncs go on'},
};

/** What was measured of memory, by the names that the program has for it. */
export const directMemory: Readonly<Record<string, {readonly name: string; readonly meaning: string}>> = {
  'mapping of a page': {name: 'mapping', meaning: 'Memory of the kernel for a mapping of one page'},
  'the same while tracking': {name: 'mapping_tracking', meaning: 'The same with dirty tracking on'},
  'log of RAM that is mapped at large': {
    name: 'log',
    meaning: 'Memory of the kernel to track 1 GiB of RAM, mapped as a whole',
  },
};

/** Live mappings and devices at which the operations are measured. */
const directPlaces = [
  ...[64, 1024, 16_384, 65_536].map(mappings => ({mappings, devices: 1})),
  ...[2, 4].map(devices => ({mappings: 1024, devices})),
];

/** How a name says beside how many mappings, and with how many devices, it was measured. */
export function directPlace(mappings: number, devices = 1): string {
  return devices === 1 ? `@${mappings}` : `@${mappings}x${devices}`;
}

/** The metrics of the program that measures type1 without a guest. */
export function directMetrics(): MetricDefinition[] {
  const times = Object.values(directOperations).flatMap(({name, meaning}) =>
    directPlaces
      .filter(({devices}) => devices === 1 || name === 'sync')
      .flatMap(({mappings, devices}) =>
        (['p50', 'p99'] as const).map(quantile => ({
          name: `type1.${name}.${quantile}${directPlace(mappings, devices)}`,
          unit: 'us',
          ...time,
          meaning: `${quantiles[quantile]} ${meaning}, ${beside(mappings, devices)}`,
        })),
      ),
  );
  const requests = directPlaces.map(({mappings, devices}) => ({
    name: `type1.sync.requests${directPlace(mappings, devices)}`,
    unit: 'count',
    ...count,
    meaning: `Requests to the kernel in one sync, ${beside(mappings, devices)}`,
  }));
  const memory = Object.values(directMemory).map(({name, meaning}) => ({
    name: `type1.memory.${name}`,
    unit: 'bytes',
    ...count,
    meaning,
  }));
  return [...times, ...requests, ...memory];
}

function beside(mappings: number, devices: number): string {
  return devices === 1 ? `beside ${mappings} live mappings` : `${mappings} live mappings on each of ${devices} devices`;
}
