import {z} from 'zod';
import {cellSchema, sweepSchema} from './cell.ts';
import {benchSchema, ktapSchema, logSchema} from './direct.ts';
import {guestReportSchema, oracleSchema} from './guest.ts';

/** The version of the result format that this harness writes, and the newest that it reads. */
export const resultVersion = 1;

/** How a trial can end, the mildest first. The outcome of an arm is the worst of its trials. */
export const outcomeSchema = z.enum([
  'passed',
  'lost-pages',
  'test-failed',
  'migration-failed',
  'timeout',
  'workload-failed',
  'guest-crashed',
  'qemu-failed',
  'boot-failed',
  'interrupted',
]);

/** How a trial ended. */
export type Outcome = z.infer<typeof outcomeSchema>;

/** The outcomes that a series is expected to have, and why, where it is not just `passed`. */
export const expectationSchema = z.object({
  outcomes: z
    .array(outcomeSchema)
    .min(1)
    .meta({description: 'Outcomes that a run may have. Any other makes it exit with 1.'}),
  reason: z.string().min(1).optional().meta({description: 'Why another outcome than `passed` is expected.'}),
});

/** The outcomes that a series is expected to have. */
export type Expectation = z.infer<typeof expectationSchema>;

const sourceSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('package'),
      name: z.string(),
      version: z.string(),
      sha256: z.string().meta({description: 'Hash of the source archive.'}),
    }),
    z.object({
      kind: z.literal('tree'),
      path: z.string(),
      commit: z.string().nullish().meta({description: 'Commit that is checked out, in a git tree.'}),
      dirtySha256: z.string().nullish().meta({description: 'Hash of the uncommitted changes, where there are any.'}),
      contentSha256: z.string(),
    }),
  ])
  .meta({id: 'Source'});

/** Where the sources of a build came from. */
export type Source = z.infer<typeof sourceSchema>;

const patchesSchema = z
  .array(z.object({file: z.string(), sha256: z.string()}))
  .meta({description: 'Patches in the order in which they were applied.'});

const kernelSchema = z
  .object({
    release: z.string(),
    source: sourceSchema,
    patches: patchesSchema,
    configSha256: z.string(),
    sha256: z.string().meta({description: 'Hash of the kernel image.'}),
  })
  .meta({id: 'Kernel'});

/** What a result says of a kernel. */
export type KernelProvenance = z.infer<typeof kernelSchema>;

const qemuSchema = z.object({
  version: z.string(),
  source: sourceSchema,
  patches: patchesSchema,
  configureSha256: z.string().meta({description: 'Hash of the configure options.'}),
  sha256: z.string().meta({description: 'Hash of the binary.'}),
});

/** What a result says of the QEMU that runs L2. */
export type QemuProvenance = z.infer<typeof qemuSchema>;

/** The format of what was run, on what, built from what. */
export const provenanceSchema = z.object({
  harness: z.object({version: z.string(), commit: z.string().optional(), dirty: z.boolean().optional()}),
  kernel: kernelSchema.meta({description: 'The kernel of L1.'}),
  guestKernel: kernelSchema.meta({description: 'The kernel of L2.'}),
  qemu: qemuSchema.meta({description: 'The QEMU that runs L2.'}),
  l0Qemu: z.string().meta({
    description:
      'Version of the QEMU that runs L1; of our own, under TCG, with its patches and the name of the artifact.',
  }),
  compiler: z.string(),
  toolchain: z.string().meta({description: 'Fingerprint of the build root.'}),
  guestImagesSha256: z
    .string()
    .meta({description: 'Hash of guest-images/: the device, its driver, the workload, the inits.'}),
  host: z.object({
    cpu: z.string(),
    cores: z.int().positive(),
    memoryMiB: z.int().positive(),
    kernel: z.string(),
    node: z.string(),
  }),
  acceleratorProbe: z.object({
    kvm: z.boolean().meta({description: 'A probe guest ran under KVM.'}),
    nested: z.boolean().nullable().meta({description: 'Nested virtualisation is on; null where it was not looked at.'}),
    reason: z.string(),
  }),
});

/** What was run, on what, built from what. */
export type Provenance = z.infer<typeof provenanceSchema>;

const queryMigrateSchema = z.record(z.string(), z.unknown());

const migrationSchema = z.object({
  status: z.string(),
  totalMs: z.number().nullable(),
  setupMs: z.number().nullable(),
  downtimeMs: z.number().nullable(),
  syncs: z.int().nullable().meta({description: 'Dirty syncs: dirty-sync-count of query-migrate.'}),
  ramBytes: z.number().nullable(),
  vfioBytes: z.number().nullable(),
  raw: queryMigrateSchema.meta({description: 'The answer to query-migrate as it came.'}),
});

/** The migration as the source saw it. */
export type Migration = z.infer<typeof migrationSchema>;

const roundSchema = z.object({
  round: z.int().min(0),
  startMs: z.number().meta({description: 'Counted from the start of the migration.'}),
  durationMs: z.number(),
  bytes: z.number(),
  dirtyPages: z.number(),
  dirtyIoctls: z.number(),
});

/** One round of the pre-copy. */
export type Round = z.infer<typeof roundSchema>;

const attemptSchema = z.object({
  name: z.string().meta({description: 'What became of it: `cancelled`, `lost-in-precopy`, `there`.'}),
  migration: migrationSchema,
  oracle: oracleSchema.nullable().meta({description: 'What the guest found when it checked its pages after it.'}),
  rounds: z.array(roundSchema),
});

/** A migration of a trial before the one that is measured. */
export type Attempt = z.infer<typeof attemptSchema>;

const trialSchema = z.object({
  index: z.int().min(0),
  seed: z.int(),
  startedAt: z.iso.datetime(),
  outcome: outcomeSchema,
  reason: z.string().optional().meta({description: 'Why the trial did not pass.'}),
  startedFrom: z
    .string()
    .nullable()
    .default(null)
    .meta({description: 'Name of the saved L1 that the trial started from; null where its machines booted.'}),
  phases: z.array(z.object({name: z.string(), ms: z.number()})),
  oracle: oracleSchema.nullable(),
  migration: migrationSchema.nullable().meta({description: 'The migration as the source saw it.'}),
  destination: queryMigrateSchema.nullable().meta({description: 'The destination’s answer to query-migrate.'}),
  rounds: z.array(roundSchema),
  attempts: z
    .array(attemptSchema)
    .default([])
    .meta({description: 'The migrations before the one that is measured, in their order.'}),
  guest: guestReportSchema.nullable(),
  ktap: ktapSchema.optional(),
  log: logSchema.optional(),
  bench: benchSchema.optional(),
  logs: z.array(z.string()).meta({description: 'Paths relative to the directory of the run.'}),
  warnings: z.array(z.string()),
});

/** One trial of an arm. */
export type Trial = z.infer<typeof trialSchema>;

const metricSchema = z.object({
  name: z.string(),
  unit: z.string(),
  better: z.enum(['lower', 'higher']),
  values: z.array(z.number()).meta({description: 'Every value that was measured, in the order of the trials.'}),
  counts: z
    .array(z.int().min(0))
    .optional()
    .meta({description: 'How many of the values each trial gave. Results of older harnesses lack it.'}),
});

/** A measured quantity with all its values. */
export type Metric = z.infer<typeof metricSchema>;

/** What a result says of its scenario. */
export const scenarioValuesSchema = z
  .object({name: z.string()})
  .catchall(z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
  .meta({description: 'Every value of the scenario, overrides applied.'});

/** What the guests' time was. */
export const clockSchema = z
  .enum(['wall', 'virtual'])
  .meta({description: 'That of the machine, or the number of instructions that L1 had run.'});

/** The format of `results/<run>/<series>.json`. */
export const resultSchema = z
  .object({
    schemaVersion: z.literal(resultVersion),
    run: z.string().meta({description: 'Name of the directory of the run.'}),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    series: z.string(),
    scenario: scenarioValuesSchema,
    cell: cellSchema.optional(),
    sweep: sweepSchema.optional(),
    accelerator: z.enum(['tcg', 'kvm']).meta({description: 'What L1 ran under. L2 always runs under KVM in L1.'}),
    clock: clockSchema,
    outcome: outcomeSchema.meta({description: 'The worst outcome of the trials.'}),
    expected: expectationSchema,
    asExpected: z.boolean(),
    provenance: provenanceSchema,
    trials: z.array(trialSchema),
    metrics: z.array(metricSchema).meta({description: 'results/README.md explains each name.'}),
    warnings: z.array(z.string()),
  })
  .meta({title: 'Result of one arm', description: 'What one series did in one run of a scenario.'});

/** What one arm of a run found. */
export type Result = z.infer<typeof resultSchema>;

/** The worst of some outcomes; an arm without a trial has been interrupted. */
export function worstOutcome(outcomes: readonly Outcome[]): Outcome {
  const severity = (outcome: Outcome): number => outcomeSchema.options.indexOf(outcome);
  return (
    outcomes.reduce<Outcome | undefined>(
      (worst, next) => (worst === undefined || severity(next) > severity(worst) ? next : worst),
      undefined,
    ) ?? 'interrupted'
  );
}
