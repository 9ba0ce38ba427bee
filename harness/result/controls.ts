import {readFile} from 'node:fs/promises';
import {z} from 'zod';
import {asError, UserError} from '../base/errors.ts';
import {outcomeSchema} from './schema.ts';
import {writeWhole} from './write.ts';

/** Where the report lies from which the documents are made: a path in the repository. */
export const recordedControls = 'kernel-patches/controls/report.json';

const count = z.int().min(0);

const findingSchema = z.object({
  series: z.string(),
  scenario: z.string(),
  run: z.string().meta({description: 'Name of the directory of the run.'}),
  trials: count,
  outcome: outcomeSchema,
  asExpected: z.boolean(),
  reason: z.string().optional().meta({description: 'Why the first of the worst trials did not pass.'}),
  pages: z
    .object({checked: count, lost: count})
    .nullable()
    .meta({description: 'What the guest found when it checked its pages; null where there is no guest.'}),
  log: z
    .object({steps: count, missing: count})
    .nullable()
    .meta({description: 'What the comparison of dirty bitmaps with a model found; null where there was none.'}),
});

/** What a series did under a scenario, and what the oracles found. */
export type ControlFinding = z.infer<typeof findingSchema>;

/** The format of the report on controls. */
const reportSchema = z.object({
  schemaVersion: z.literal(1),
  startedAt: z.iso.datetime(),
  accelerator: z.enum(['tcg', 'kvm']).nullable().meta({description: 'What L1 ran under; null where nothing was run.'}),
  controls: z.array(
    z.object({
      series: z.string(),
      title: z.string(),
      base: z.string().nullable().meta({description: 'The series that it breaks.'}),
      notApplicable: z.array(z.string()).meta({description: 'Scenarios that say nothing about it.'}),
    }),
  ),
  findings: z.array(findingSchema),
});

/** What is known of a control. */
export type ReportedControl = ControlReport['controls'][number];

/** Controls, and what became of them and of the series that they break. */
export type ControlReport = z.infer<typeof reportSchema>;

/** Writes a report, whole or not at all. */
export async function writeControls(file: string, report: ControlReport): Promise<void> {
  await writeWhole(file, `${JSON.stringify(reportSchema.parse(report), undefined, 2)}\n`);
}

/** Reads a report; gives nothing where there is no file. */
export async function readControls(file: string): Promise<ControlReport | undefined> {
  try {
    return reportSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UserError(`${file}: ${asError(cause).message}`, {
      hint: 'Write it anew with npm run controls -- --record.',
      cause,
    });
  }
}
