import type {Values} from './fields.ts';

/** Size of a guest page in KiB, the unit in which the workload maps memory. */
const pageKiB = 4;

/** Live mappings that are not the churn's: the device's usual rings and its tables, with room to spare. */
const usualMappingsOfDevice = 64;

/** Entries in a page of a ring. The usual rings are a page each, and a queue of as many entries gets longer ones. */
const entriesOfPage = 64;

/** Threads of type1-random that a container has devices for. */
const threadsOfContainer = 3;

/** The kernel and the initramfs of L2 unpack below 4 GiB: with less they find no room. */
const leastBelow4gMiB = 128;

/** What L1 itself needs beside the two L2 machines that live in it. */
const memoryOfL1MiB = 512;

/** A rule over several fields. Its complaint stands at the first of them. */
export type Rule = {
  readonly fields: readonly [keyof Values, ...(keyof Values)[]];
  broken(values: Values): string | undefined;
};

/** What a scenario's values must be to each other. */
export const rules: readonly Rule[] = [
  {
    fields: ['threads', 'devices'],
    broken: ({threads, devices}) =>
      threads <= threadsOfContainer * devices
        ? undefined
        : `${threads} threads need more than the ${threadsOfContainer * devices} devices of ${devices} containers`,
  },
  {
    fields: ['mappingPages'],
    broken: ({mappingPages}) =>
      Number.isInteger(Math.log2(mappingPages)) ? undefined : `must be a power of two, and is ${mappingPages}`,
  },
  {
    fields: ['pages', 'mappingPages'],
    broken: ({pages, mappingPages}) =>
      pages % mappingPages === 0
        ? undefined
        : `a pool of ${pages} pages is not a multiple of mappingPages = ${mappingPages}`,
  },
  {
    fields: ['pages', 'liveMappings', 'mappingPages', 'mode'],
    broken: values =>
      isPoolEnough(values)
        ? undefined
        : `a pool of ${values.pages} pages leaves none unmapped beside ${mapped(values)}`,
  },
  {
    fields: ['liveMappings', 'mode'],
    broken: ({liveMappings, mode}) =>
      mode === 'alias' && liveMappings % 2 !== 0
        ? `must be even where mode is alias, and is ${liveMappings}`
        : undefined,
  },
  {
    fields: ['liveMappings', 'mappingPages', 'mappingMemory', 'queueDepth', 'dmaEntryLimit'],
    broken: values =>
      entriesOfType1(values) + mappingsOfDevice(values) <= values.dmaEntryLimit
        ? undefined
        : `${entriesOfType1(values)} live mappings and ${mappingsOfDevice(values)} for the device exceed dmaEntryLimit = ${values.dmaEntryLimit}`,
  },
  {
    fields: ['queueDepth', 'workload', 'mode', 'guestAction'],
    broken: ({queueDepth, mode, guestAction, workload}) =>
      queueDepth > 1 && (mode === 'alias' || guestAction === 'storm' || workload !== 'iova-churn')
        ? 'more than 1 goes with workload = iova-churn, and neither with mode = alias nor guestAction = storm'
        : undefined,
  },
  {
    fields: ['queueDepth', 'liveMappings'],
    broken: ({queueDepth, liveMappings}) =>
      queueDepth > liveMappings ? `is ${queueDepth}, more than liveMappings = ${liveMappings}` : undefined,
  },
  {
    fields: ['queueDepth', 'pages', 'liveMappings', 'mappingPages', 'mode'],
    broken: ({queueDepth, pages, liveMappings, mappingPages, mode}) =>
      queueDepth === 1 || mode !== 'churn' || pages >= (liveMappings + queueDepth) * mappingPages
        ? undefined
        : `${queueDepth} mappings are replaced at once, and a pool of ${pages} pages has ${pages / mappingPages - liveMappings} more than the live ones`,
  },
  {
    fields: ['mappingMemory', 'mappingPages'],
    broken: ({mappingMemory, mappingPages}) =>
      mappingMemory === 'scattered' && mappingPages === 1
        ? 'a mapping of one page cannot be scattered: mappingPages is 1'
        : undefined,
  },
  {
    fields: ['mappingMemory', 'guestIommu'],
    broken: ({mappingMemory, guestIommu}) =>
      mappingMemory === 'scattered' && guestIommu === 'off'
        ? 'scattered needs a vIOMMU, and guestIommu is off'
        : undefined,
  },
  {
    fields: ['pages', 'devices', 'l2MemoryMiB'],
    broken: ({pages, devices, l2MemoryMiB}) =>
      poolsMiB(pages, devices) <= l2MemoryMiB / 2
        ? undefined
        : `${pools(pages, devices)} more than half of l2MemoryMiB = ${l2MemoryMiB}`,
  },
  {
    fields: ['ramBelow4gMiB', 'l2MemoryMiB'],
    broken: ({ramBelow4gMiB, l2MemoryMiB}) =>
      ramBelow4gMiB === 0 || (ramBelow4gMiB >= leastBelow4gMiB && ramBelow4gMiB < l2MemoryMiB)
        ? undefined
        : `must be 0, or from ${leastBelow4gMiB} to less than l2MemoryMiB = ${l2MemoryMiB}, and is ${ramBelow4gMiB}`,
  },
  {
    // Every other page of a pool lies below 4 GiB.
    fields: ['pages', 'devices', 'ramBelow4gMiB'],
    broken: ({pages, devices, ramBelow4gMiB}) =>
      ramBelow4gMiB === 0 || poolsMiB(pages, devices) <= ramBelow4gMiB
        ? undefined
        : `${pools(pages, devices)} more than ramBelow4gMiB = ${ramBelow4gMiB}`,
  },
  {
    fields: ['iovaPlacement', 'guestIommu'],
    broken: ({iovaPlacement, guestIommu}) =>
      iovaPlacement === 'top' && guestIommu === 'off' ? 'top needs a vIOMMU, and guestIommu is off' : undefined,
  },
  {
    fields: ['guestAction', 'course'],
    broken: ({guestAction, course}) =>
      guestAction !== 'none' && course !== 'complete'
        ? `${guestAction} goes with course = complete only, and course is ${course}`
        : undefined,
  },
  {
    fields: ['workload', 'guestAction', 'guestIommu', 'iovaPlacement'],
    broken: ({workload, guestAction, guestIommu, iovaPlacement}) =>
      workload === 'vhost-net' && (guestAction !== 'none' || guestIommu === 'lazy' || iovaPlacement === 'top')
        ? 'vhost-net goes with neither a guestAction, nor guestIommu = lazy, nor iovaPlacement = top'
        : undefined,
  },
  {
    fields: ['guestAction', 'mode'],
    broken: ({guestAction, mode}) =>
      guestAction === 'storm' && mode !== 'churn'
        ? `storm goes with mode = churn only, and mode is ${mode}`
        : undefined,
  },
  {
    fields: ['l1MemoryMiB', 'l2MemoryMiB'],
    broken: ({l1MemoryMiB, l2MemoryMiB}) =>
      2 * l2MemoryMiB + memoryOfL1MiB <= l1MemoryMiB
        ? undefined
        : `L1 needs ${2 * l2MemoryMiB + memoryOfL1MiB} MiB: ${memoryOfL1MiB} and twice l2MemoryMiB = ${l2MemoryMiB}`,
  },
  {
    fields: ['tracing', 'debugKernel'],
    broken: ({tracing, debugKernel}) =>
      tracing === 'locks' && debugKernel ? 'locks cannot be traced in a debug kernel: lockdep takes them' : undefined,
  },
  {
    fields: ['tracing', 'iovaPlacement'],
    broken: ({tracing, iovaPlacement}) =>
      tracing === 'off' && iovaPlacement === 'top'
        ? 'where IOVAs come from the top, tracing must not be off: it tells whether they did'
        : undefined,
  },
];

/** Guests that do not remap need no page beyond the mapped ones. An alias is a second mapping of the same pages. */
function isPoolEnough({pages, liveMappings, mappingPages, mode}: Values): boolean {
  const covered = (liveMappings * mappingPages) / (mode === 'alias' ? 2 : 1);
  return mode === 'static' ? pages >= covered : pages > covered;
}

/** What the live mappings are to type1: of scattered pages, each is a mapping of its own. */
function entriesOfType1({liveMappings, mappingPages, mappingMemory}: Values): number {
  return mappingMemory === 'scattered' ? liveMappings * mappingPages : liveMappings;
}

/** A ring has a power of two entries, and one more than are used. */
function mappingsOfDevice({queueDepth}: Values): number {
  const pages = 2 ** Math.floor(Math.log2(queueDepth) + 1) / entriesOfPage;
  return usualMappingsOfDevice + (pages > 1 ? 2 * pages : 0);
}

function mapped({liveMappings, mappingPages}: Values): string {
  return mappingPages === 1
    ? `liveMappings = ${liveMappings}`
    : `liveMappings = ${liveMappings} of mappingPages = ${mappingPages}`;
}

function poolsMiB(pages: number, devices: number): number {
  return (pages * devices * pageKiB) / 1024;
}

function pools(pages: number, devices: number): string {
  return devices === 1 ? `a pool of ${pages} pages takes` : `${devices} pools of ${pages} pages take`;
}
