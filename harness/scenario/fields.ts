import {z} from 'zod';

/** CONFIG_NR_CPUS of guest-images/linux.config: the guests' kernels would leave further CPUs unused without a word. */
const maxCpus = 8;

/** VDMAE_MAX_ENTRIES of guest-images/include/vdmae_hw.h: a ring of a device has so many, and one stays free. */
const maxQueueDepth = 4096 - 1;

/** Names of a scenario. */
export const scenarioName = /^[a-z0-9][a-z0-9-]*$/;

/** The fields of a scenario, each with its range, its default, its unit and what it means. */
export const shape = {
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
  queueDepth: integer({
    min: 1,
    max: maxQueueDepth,
    unit: 'writes',
    fallback: 1,
    description:
      'Writes that the guest gives a device at once, each to another mapping. It works on them by itself, whatever the guest and QEMU do meanwhile.',
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
  tracing: z.enum(['events', 'locks', 'off']).default('events').meta({
    description:
      'What is traced in L1: the calls and syncs that metrics are counted from; beside them who holds and waits for `iommu->lock` and QEMU’s big lock, which costs time; or nothing.',
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
  switchoverMiBps: integer({
    min: 0,
    max: 2 ** 20,
    unit: 'MiB/s',
    fallback: 0,
    description:
      'Parameter avail-switchover-bandwidth of the migration: what is left must take no longer than the downtime limit at this bandwidth; 0: at the one that QEMU measures.',
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

/** The values of a scenario's fields, defaults filled in. */
export type Values = z.infer<z.ZodObject<typeof shape>>;

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

function isWithoutDuplicates(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
