import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {z} from 'zod';
import {asError, UserError} from '../base/errors.ts';
import {parseJson} from './json.ts';
import {clockSchema, type Result} from './schema.ts';
import {makeResultsFolder, writeWhole} from './write.ts';

const metricNoiseSchema = z.object({
  floor: z.number().min(0).meta({description: 'A change below this share of the base may be noise.'}),
  variation: z.number().min(0).meta({description: 'The coefficient of variation of the trials.'}),
  trials: z.int().positive(),
});

/** How much a metric of a series differs from itself. */
export type MetricNoise = z.infer<typeof metricNoiseSchema>;

const placeSchema = z.object({
  scenario: z.string(),
  accelerator: z.enum(['tcg', 'kvm']),
  clock: clockSchema,
  cpu: z.string(),
  cores: z.int().positive(),
});

/** Where a floor holds: floors of other machines, clocks or scenarios say nothing. */
export type Place = z.infer<typeof placeSchema>;

/** The format of the files in results/noise/. */
export const noiseFloorSchema = z
  .object({
    schemaVersion: z.literal(1),
    kind: z.literal('noise-floor'),
    place: placeSchema,
    series: z.string().meta({description: 'The series that was run against itself.'}),
    run: z.string(),
    measuredAt: z.iso.datetime(),
    metrics: z.record(z.string(), metricNoiseSchema),
  })
  .meta({title: 'Noise floor', description: 'How much one series differs from itself on one machine.'});

/** How much one series differs from itself on one machine. */
export type NoiseFloor = z.infer<typeof noiseFloorSchema>;

/** The floor that the documents show. */
export const recordedNoise = 'results/reference/noise.json';

/** The folder of floors beside the runs. */
export const noiseFolder = 'noise';

export function placeOf({scenario, accelerator, clock, provenance: {host}}: Result): Place {
  return {scenario: scenario.name, accelerator, clock, cpu: host.cpu, cores: host.cores};
}

/** Writes a floor into a folder of results, in place of an earlier one of the same machine. Gives the file. */
export async function writeNoiseFloor(results: string, floor: NoiseFloor): Promise<string> {
  const file = fileOf(results, floor.place);
  await makeResultsFolder(path.dirname(file));
  await writeWhole(file, `${JSON.stringify(noiseFloorSchema.parse(floor), undefined, 2)}\n`);
  return file;
}

/** Reads the floor of a place; nothing where none was measured. */
export function readNoiseFloor(results: string, place: Place): Promise<NoiseFloor | null> {
  return readNoiseFile(fileOf(results, place));
}

/** Reads a floor; nothing where there is no file. */
export async function readNoiseFile(file: string): Promise<NoiseFloor | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw unusable(file, error);
  });
  if (text === null) return null;
  try {
    return noiseFloorSchema.parse(parseJson(text));
  } catch (cause) {
    throw unusable(file, cause);
  }
}

function unusable(file: string, cause: unknown): UserError {
  return new UserError(`${file}: not a noise floor that this harness can read: ${asError(cause).message}`, {
    hint: 'Measure it anew with npm run scenario -- NAME --aa, or remove the file.',
    cause,
  });
}

function fileOf(results: string, place: Place): string {
  const machine = createHash('sha256').update(`${place.cpu}\0${place.cores}`).digest('hex').slice(0, 8);
  return path.join(results, noiseFolder, `${place.scenario}-${place.accelerator}-${place.clock}-${machine}.json`);
}
