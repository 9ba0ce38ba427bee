import {z} from 'zod';

/** Bytes of a guest page, the unit in which the workload maps memory. */
const pageKiB = 4;

/** CONFIG_NR_CPUS of guest-images/linux.config: the guests' kernels would leave further CPUs unused without a word. */
const maxCpus = 8;

/** Live mappings that are not the churn's: the device's rings and tables, with room to spare. */
const mappingsOfDevice = 64;

/** What L1 itself needs beside the two L2 machines that live in it. */
const memoryOfL1MiB = 512;

const shape = {
  schemaVersion: z.literal(1, {error: 'must be 1, the only version of this format'}).meta({
    description: 'Version of this file format.',
  }),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, {error: 'must be lower-case letters, digits and dashes'})
    .meta({
      description: 'Name of the scenario. It equals the name of the file.',
    }),
  summary: z.string().min(1).meta({description: 'What the scenario shows, in one line.'}),
  workload: z.enum(['iova-churn']).meta({description: 'The tool that the L2 guest runs.'}),
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
  liveMappings: integer({
    min: 1,
    max: 2 ** 24,
    unit: 'mappings',
    fallback: 4096,
    description: 'Pages that are mapped for the device at any time.',
  }),
  pages: integer({
    min: 2,
    max: 2 ** 24,
    unit: 'pages of 4 KiB',
    fallback: 16384,
    description: 'Pages of the pool from which the churn takes the next one to map.',
  }),
  pattern: z.enum(['random', 'sequential']).default('random').meta({
    description: 'How the churn chooses the next page of the pool.',
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
  l2Cpus: integer({min: 1, max: maxCpus, unit: 'CPUs', fallback: 1, description: 'Virtual CPUs of each L2.'}),
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
    fields: ['pages', 'liveMappings'],
    broken: ({pages, liveMappings}) =>
      pages > liveMappings
        ? undefined
        : `a pool of ${pages} pages leaves none unmapped beside liveMappings = ${liveMappings}`,
  },
  {
    fields: ['liveMappings', 'dmaEntryLimit'],
    broken: ({liveMappings, dmaEntryLimit}) =>
      liveMappings + mappingsOfDevice <= dmaEntryLimit
        ? undefined
        : `${liveMappings} live mappings and ${mappingsOfDevice} for the device exceed dmaEntryLimit = ${dmaEntryLimit}`,
  },
  {
    fields: ['pages', 'l2MemoryMiB'],
    broken: ({pages, l2MemoryMiB}) =>
      pages * pageKiB <= (l2MemoryMiB * 1024) / 2
        ? undefined
        : `a pool of ${pages} pages takes more than half of l2MemoryMiB = ${l2MemoryMiB}`,
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

function isWithoutDuplicates(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
