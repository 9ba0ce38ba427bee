import {z} from 'zod';

/** Bytes of a guest page, the unit in which the workload maps memory. */
const pageKiB = 4;

/** CONFIG_NR_CPUS of guest-images/linux.config: the guests' kernels would leave further CPUs unused without a word. */
const maxCpus = 8;

/** Live mappings that are not the churn's: the device's rings and tables, with room to spare. */
const mappingsOfDevice = 64;

/** Threads of type1-random that a container has devices for. */
const threadsOfContainer = 3;

/** The kernel and the initramfs of L2 unpack below 4 GiB: with less they find no room. */
const leastBelow4gMiB = 128;

/** What L1 itself needs beside the two L2 machines that live in it. */
const memoryOfL1MiB = 512;

/** Names of a scenario. */
export const scenarioName = /^[a-z0-9][a-z0-9-]*$/;

const shape = {
  schemaVersion: z.literal(1, {error: 'must be 1, the only version of this format'}).meta({
    description: 'Version of this file format.',
  }),
  name: z.string().regex(scenarioName, {error: 'must be lower-case letters, digits and dashes'}).meta({
    description: 'Name of the scenario. It equals the name of the file.',
  }),
  summary: z.string().min(1).meta({description: 'What the scenario shows, in one line.'}),
  look: z.string().min(1).meta({description: 'What a reader of its results should look at, in a sentence or two.'}),
  workload: z.enum(['iova-churn', 'vhost-net', 'type1-random', 'type1-uapi', 'type1-bench']).meta({
    description:
      'The tool that is run: in the L2 guest, or, where its name begins with `type1-`, in L1 without any L2.',
  }),
  series: z.array(z.string().min(1)).min(1).refine(isWithoutDuplicates, {error: 'names a series twice'}).meta({
    description: 'The arms: folders of kernel-patches/. The first one is the base of the comparison.',
  }),
  repeat: integer({min: 1, max: 1000, unit: 'trials', fallback: 1, description: 'Trials per arm.'}),
  seed: integer({
    min: 0,
    max: 2 ** 31 - 1,
    fallback: 1,
    description: 'Seed of the access pattern. Trial k of every arm, counted from 0, uses seed + k.',
  }),
  steps: integer({
    min: 1,
    max: 1_000_000_000,
    unit: 'steps',
    fallback: 1_000_000,
    description: 'Random steps of type1-random.',
  }),
  threads: integer({
    min: 1,
    max: 12,
    unit: 'threads',
    fallback: 1,
    description:
      'Threads of type1-random. With several, they carry out the second half of the steps, while the bitmaps are read.',
  }),
  debugKernel: z.boolean().default(false).meta({
    description: 'Builds the kernel of L1 with guest-images/debug.config: KASAN, lockdep and other checks of itself.',
  }),
  liveMappings: integer({
    min: 1,
    max: 2 ** 24,
    unit: 'mappings',
    fallback: 4096,
    description: 'Mappings that each device has at any time; datagrams that vhost-net holds unread.',
  }),
  pages: integer({
    min: 2,
    max: 2 ** 24,
    unit: 'pages of 4 KiB',
    fallback: 16384,
    description: 'Pages of the pool of each device, from which the churn takes the next ones to map.',
  }),
  mappingPages: integer({
    min: 1,
    max: 512,
    unit: 'pages of 4 KiB',
    fallback: 1,
    description: 'Pages of one mapping: a power of two.',
  }),
  mappingMemory: z.enum(['contiguous', 'scattered']).default('contiguous').meta({
    description:
      'Where the pages of one mapping lie in the guest: side by side, or anywhere, so that only the vIOMMU makes one range of them.',
  }),
  mode: z.enum(['churn', 'static', 'alias']).default('churn').meta({
    description:
      'What the guest does with its mappings: maps, writes and unmaps them in turn; only writes them; or keeps two mappings of each page, and unmaps one while the device writes through the other.',
  }),
  pattern: z.enum(['random', 'sequential']).default('random').meta({
    description: 'How the churn chooses the next pages of the pool.',
  }),
  writeBytes: integer({
    min: 16,
    max: 4096,
    multipleOf: 16,
    unit: 'bytes',
    fallback: 4096,
    description: 'Bytes that the device writes into each page.',
  }),
  dmaAccess: z.enum(['rw', 'pin', 'hold']).default('rw').meta({
    description:
      'How the device reaches guest memory: by vfio_dma_rw, by pinning for each transfer, or by pinning and holding.',
  }),
  devices: integer({
    min: 1,
    max: 4,
    unit: 'devices',
    fallback: 1,
    description:
      'Assigned devices of L2. Behind the vIOMMU each has a container of its own. Of type1-random: its containers.',
  }),
  guestIommu: z.enum(['strict', 'lazy', 'off']).default('strict').meta({
    description:
      'The vIOMMU of L2: the guest invalidates at each unmap, or collects invalidations in a flush queue (DMA-FQ), or there is none.',
  }),
  iommuAddressBits: z.literal([39, 48], {error: 'must be 39 or 48'}).default(48).meta({
    unit: 'bits',
    description: 'Width of an IOVA of the vIOMMU.',
  }),
  iovaPlacement: z.enum(['default', 'top']).default('default').meta({
    description: 'Where the guest takes IOVAs from: below 4 GiB first, or from the top of the IOVA space.',
  }),
  dmaEntryLimit: integer({
    min: 1,
    max: 2 ** 32 - 1,
    unit: 'mappings',
    fallback: 65535,
    description: 'Parameter dma_entry_limit of the module vfio_iommu_type1 in L1.',
  }),
  l1MemoryMiB: integer({min: 1024, max: 2 ** 20, unit: 'MiB', fallback: 3072, description: 'Memory of L1.'}),
  l1Cpus: integer({min: 1, max: maxCpus, unit: 'CPUs', fallback: 2, description: 'Virtual CPUs of L1.'}),
  l2MemoryMiB: integer({
    min: 128,
    max: 2 ** 20,
    unit: 'MiB',
    fallback: 512,
    description: 'Memory of each L2, source and destination alike.',
  }),
  ramBelow4gMiB: integer({
    min: 0,
    max: 3072,
    unit: 'MiB',
    fallback: 0,
    description: 'How much of the memory of L2 lies below 4 GiB; what is left lies above. 0: as QEMU does by default.',
  }),
  l2Cpus: integer({min: 1, max: maxCpus, unit: 'CPUs', fallback: 1, description: 'Virtual CPUs of each L2.'}),
  course: z.enum(['complete', 'cancel', 'lost-destination', 'round-trip']).default('complete').meta({
    description:
      'What the migration goes through: it completes; is cancelled in pre-copy, and completes at the second try; loses its destination in pre-copy, then in the switch-over, and completes at the third; or completes, and the guest comes back.',
  }),
  guestAction: z.enum(['none', 'storm', 'rebind', 'rescan']).default('none').meta({
    description:
      'What else the guest does in pre-copy: tears down all its mappings again and again, into the last round; unbinds the drivers and binds them again; or does so with the devices removed and found again in between.',
  }),
  bandwidthMiBps: integer({
    min: 1,
    max: 2 ** 20,
    unit: 'MiB/s',
    fallback: 1024,
    description: 'Parameter max-bandwidth of the migration.',
  }),
  downtimeLimitMs: integer({
    min: 0,
    max: 2_000_000,
    unit: 'ms',
    fallback: 300,
    description: 'Parameter downtime-limit of the migration.',
  }),
  settleBeforeMs: integer({
    min: 0,
    max: 3_600_000,
    unit: 'ms',
    fallback: 2000,
    description: 'Churn before the migration starts, without dirty tracking: the baseline.',
  }),
  settleAfterMs: integer({
    min: 0,
    max: 3_600_000,
    unit: 'ms',
    fallback: 1000,
    description: 'Churn on the destination after the switch-over.',
  }),
  migrationTimeoutMs: integer({
    min: 1000,
    max: 3_600_000,
    unit: 'ms',
    fallback: 120_000,
    description: 'Limit for the whole migration. A trial that reaches it ends as `timeout`.',
  }),
};

type Values = z.infer<z.ZodObject<typeof shape>>;

/** A rule over several fields. Its complaint stands at the first of them. */
type Rule = {readonly fields: readonly [keyof Values, ...(keyof Values)[]]; broken(values: Values): string | undefined};

const rules: readonly Rule[] = [
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
    fields: ['liveMappings', 'mappingPages', 'mappingMemory', 'dmaEntryLimit'],
    broken: values =>
      entriesOfType1(values) + mappingsOfDevice <= values.dmaEntryLimit
        ? undefined
        : `${entriesOfType1(values)} live mappings and ${mappingsOfDevice} for the device exceed dmaEntryLimit = ${values.dmaEntryLimit}`,
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
];

/** The format of `scenarios/*.yaml`. Every field is flat, so that `--set key=value` reaches it. */
export const scenarioSchema = rules.reduce(withRule, z.strictObject(shape));

/** A scenario with all its values, defaults filled in. */
export type Scenario = z.infer<typeof scenarioSchema>;

/** Adds a rule. It is tried as soon as its own fields are sound, so that all complaints come at once. */
function withRule(schema: z.ZodObject<typeof shape, z.core.$strict>, {fields, broken}: Rule) {
  return schema.refine(values => broken(values) === undefined, {
    path: [fields[0]],
    params: {fields},
    error: ({input}) => broken(input as Values),
    when: ({issues}) => issues.every(issue => issue.code === 'unrecognized_keys' || isElsewhere(issue.path, fields)),
  });
}

function isElsewhere(at: readonly PropertyKey[] | undefined, fields: readonly string[]): boolean {
  const field = at?.[0];
  return typeof field === 'string' && !fields.includes(field);
}

function integer(of: {
  min: number;
  max: number;
  multipleOf?: number;
  unit?: string;
  fallback: number;
  description: string;
}) {
  const range = z.int().min(of.min).max(of.max);
  const schema = of.multipleOf === undefined ? range : range.multipleOf(of.multipleOf);
  return schema.default(of.fallback).meta({description: of.description, ...(of.unit && {unit: of.unit})});
}

/** Guests that do not remap need no page beyond the mapped ones. An alias is a second mapping of the same pages. */
function isPoolEnough({pages, liveMappings, mappingPages, mode}: Values): boolean {
  const covered = (liveMappings * mappingPages) / (mode === 'alias' ? 2 : 1);
  return mode === 'static' ? pages >= covered : pages > covered;
}

/** What the live mappings are to type1: of scattered pages, each is a mapping of its own. */
function entriesOfType1({liveMappings, mappingPages, mappingMemory}: Values): number {
  return mappingMemory === 'scattered' ? liveMappings * mappingPages : liveMappings;
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

function isWithoutDuplicates(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
