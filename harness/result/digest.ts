import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {z} from 'zod';
import {asError, UserError} from '../base/errors.ts';
import {benchSchema} from './direct.ts';
import {JsonError, parseJson} from './json.ts';
import {clockSchema, expectationSchema, outcomeSchema, provenanceSchema, scenarioValuesSchema} from './schema.ts';
import {writeWhole} from './write.ts';

/** Where the digests lie that the outcome page is made of: a path in the repository. */
export const referenceFolder = 'results/reference';

const count = z.int().min(0);

const summarySchema = z.object({
  count,
  min: z.number(),
  median: z.number(),
  max: z.number(),
  low: z.number().meta({description: 'The lower quartile; the least of fewer than five values.'}),
  high: z.number().meta({description: 'The upper quartile; the greatest of fewer than five values.'}),
});

/** The format of `results/reference/<scenario>/<series>.json`. */
export const digestSchema = z
  .object({
    schemaVersion: z.literal(1),
    kind: z.literal('digest'),
    series: z.string(),
    scenario: scenarioValuesSchema,
    variant: z.string().meta({description: 'How the values differ from those of the scenario’s file; empty if not.'}),
    runs: z.array(z.string()).min(1).meta({description: 'Names of the runs that it sums up.'}),
    startedAt: z.iso.datetime(),
    accelerator: z.enum(['tcg', 'kvm']),
    clock: clockSchema,
    seeds: z.array(z.int()),
    trials: count,
    outcomes: z.partialRecord(outcomeSchema, count).meta({description: 'How many trials ended how.'}),
    outcome: outcomeSchema.meta({description: 'The worst of them.'}),
    expected: expectationSchema,
    asExpected: z.boolean(),
    oracle: z.object({checked: count, lost: count}).nullable(),
    log: z.object({steps: count, gets: count, missing: count, falselyDirty: count, reported: count}).nullable(),
    ktap: z.object({passed: count, failed: count, skipped: count}).nullable(),
    bench: benchSchema.nullable().meta({description: 'Each figure is the median over the trials.'}),
    base: z.string().nullable().meta({description: 'The series of the same runs that the ratios are to.'}),
    metrics: z.array(
      z.object({
        name: z.string(),
        unit: z.string(),
        better: z.enum(['lower', 'higher']),
        summary: summarySchema,
        ratio: z
          .number()
          .nullable()
          .meta({description: 'This median over that of the base; null where there is none, or it is 0.'}),
      }),
    ),
    warnings: count,
    provenance: provenanceSchema,
  })
  .meta({title: 'Digest of results', description: 'What one series did in all runs of a scenario, in few figures.'});

/** What one series did in all runs of a scenario, in few figures. */
export type Digest = z.infer<typeof digestSchema>;

const hint = 'Write it anew with npm run series -- outcome RUN….';

/** Reads a digest. All that is wrong with it is said at once. */
export async function readDigest(file: string): Promise<Digest> {
  const parsed = digestSchema.safeParse(await readJson(file));
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map(({path, message}) => `${file}: ${path.join('.')}: ${message}`);
  throw new UserError(complaints.join('\n'), {hint});
}

/** Whether a file says of itself that it is a digest. */
export async function isDigest(file: string): Promise<boolean> {
  const value = await readJson(file);
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'digest';
}

/** Reads all digests in the folders below one, by scenario and series; none where there is no folder. */
export async function readDigests(folder: string): Promise<Digest[]> {
  const names = await readdir(folder, {recursive: true}).catch(ignoreMissing);
  const files = names.filter(name => name.endsWith('.json') && name.includes(path.sep)).sort();
  return Promise.all(files.map(name => readDigest(path.join(folder, name))));
}

/** Where a digest lies below `folder`. */
export function digestFile(folder: string, {scenario, variant, series}: Digest): string {
  const under = variant === '' ? scenario.name : `${scenario.name},${variant.replaceAll(' ', '')}`;
  return path.join(folder, under, `${series.replaceAll('/', '-')}.json`);
}

/** Writes a digest, whole or not at all. */
export async function writeDigest(file: string, digest: Digest): Promise<void> {
  const lines = Object.entries(digestSchema.parse(digest)).map(
    ([key, value]) => `${JSON.stringify(key)}: ${inFewLines(value)}`,
  );
  await writeWhole(file, `{\n${lines.join(',\n')}\n}\n`);
}

/** Writes a list with a line for each object in it, and anything else in one line. */
function inFewLines(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0 || typeof value[0] !== 'object') return JSON.stringify(value);
  return `[\n  ${value.map(one => JSON.stringify(one)).join(',\n  ')}\n]`;
}

function ignoreMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

async function readJson(file: string): Promise<unknown> {
  try {
    return parseJson(await readFile(file, 'utf8'));
  } catch (cause) {
    const place = cause instanceof JsonError ? `:${cause.line}:${cause.column}` : '';
    throw new UserError(`cannot read ${file}${place}: ${asError(cause).message}`, {hint, cause});
  }
}
