import {readFile} from 'node:fs/promises';
import {z} from 'zod';
import {asError, UserError} from '../base/errors.ts';
import {parseJson} from './json.ts';

/** The comparison that the documents show, of trials that boot with trials that start from a saved L1. */
export const recordedStarts = 'results/reference/starts.json';

const medianSchema = z.object({median: z.number()}).nullable();

const cellSchema = z.object({
  summary: medianSchema,
  verdict: z
    .object({
      kind: z.enum(['better', 'worse', 'same', 'unclear']),
      ratio: z.number().nullable(),
      interval: z.tuple([z.number(), z.number()]).nullable(),
    })
    .nullable(),
});

const armSchema = z.object({trials: z.int().positive()});

/** What of the JSON of `compare` is shown. */
export const startsSchema = z.object({
  base: armSchema,
  others: z.tuple([armSchema]),
  rows: z.array(z.object({name: z.string(), unit: z.string(), base: medianSchema, others: z.tuple([cellSchema])})),
});

/** How trials that start from a saved L1 compare with trials that boot. */
export type Starts = z.infer<typeof startsSchema>;

/** Reads the comparison; gives nothing where there is no file. */
export async function readStarts(file: string): Promise<Starts | undefined> {
  try {
    return startsSchema.parse(parseJson(await readFile(file, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UserError(`${file}: ${asError(cause).message}`, {
      hint: 'Write it anew with npm run -s compare -- BOOTED.json SAVED.json --json.',
      cause,
    });
  }
}
