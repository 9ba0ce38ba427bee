import {z} from 'zod';
import {noiseFloorSchema} from './noise-floor.ts';
import {provenanceSchema, resultSchema, scenarioValuesSchema} from './schema.ts';

/** The version of the history format that this harness writes, and the newest that it reads. */
export const historyVersion = 1;

const spreadSchema = z.object({
  trials: z.int().positive().meta({description: 'Trials that gave a value.'}),
  median: z.number().meta({description: 'Of the medians of the trials.'}),
  low: z.number().meta({description: 'The lower quartile; the least of fewer than five trials.'}),
  high: z.number().meta({description: 'The upper quartile; the greatest of fewer than five trials.'}),
});

/** What a line says of a metric. */
export type HistoryMetric = z.infer<typeof spreadSchema>;

const builtSchema = z.object({
  harness: provenanceSchema.shape.harness,
  patches: z.string().meta({description: 'Hash of the patches’ hashes, in their order: Linux, then QEMU.'}),
  kernel: z.string().meta({description: 'Version of the packaged source, or commit of the tree, of L1’s kernel.'}),
  guestKernel: z.string(),
  qemu: z.string(),
  l0Qemu: provenanceSchema.shape.l0Qemu,
  compiler: z.string(),
  toolchain: provenanceSchema.shape.toolchain,
  guestImages: z.string(),
  hostKernel: z.string(),
});

/** What a result was built from and ran on, in short. */
export type Built = z.infer<typeof builtSchema>;

/** The format of a line of a history file: one result, in few figures. */
export const historyLineSchema = z
  .object({
    schemaVersion: z.literal(historyVersion),
    kind: z.literal('history'),
    run: resultSchema.shape.run,
    series: z.string(),
    scenario: scenarioValuesSchema.meta({description: 'Its name, and every value that makes a trial what it is.'}),
    cell: resultSchema.shape.cell,
    place: noiseFloorSchema.shape.place.meta({description: 'The machine, what L1 ran under, and by which clock.'}),
    sources: z
      .object({linux: z.string(), qemu: z.string()})
      .meta({description: 'What the patches went on: the name of a source package, or the path of a tree.'}),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    outcome: resultSchema.shape.outcome,
    asExpected: z.boolean(),
    built: builtSchema.meta({description: 'What may change from result to result, and explain a change of figures.'}),
    metrics: z.record(z.string(), spreadSchema).meta({description: 'results/README.md explains each name.'}),
  })
  .meta({title: 'Line of a history', description: 'What one series did in one run of a scenario, in few figures.'});

/** One result, in few figures. */
export type HistoryLine = z.infer<typeof historyLineSchema>;

/** What tells a result from all others. A run that went on has results that take the place of its earlier ones. */
export function keyOf({run, series, scenario}: Pick<HistoryLine, 'run' | 'series' | 'scenario'>): string {
  return JSON.stringify([run, series, Object.entries(scenario).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** The newest line of each result, in the order in which the runs were begun. */
export function newestLines(lines: readonly HistoryLine[]): HistoryLine[] {
  const newest = new Map<string, HistoryLine>();
  for (const line of lines) {
    const known = newest.get(keyOf(line));
    if (known === undefined || known.finishedAt < line.finishedAt) newest.set(keyOf(line), line);
  }
  return [...newest.values()].sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}
