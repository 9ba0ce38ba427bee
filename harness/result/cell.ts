import {z} from 'zod';

const valueSchema = z.union([z.string(), z.number(), z.boolean()]);

/** The format of a cell in a result. */
export const cellSchema = z.record(z.string(), valueSchema).meta({
  description: 'The fields that the run sweeps, with their values in this result. Absent where it sweeps none.',
});

/** The format of a sweep in a result. */
export const sweepSchema = z.record(z.string(), z.array(valueSchema)).meta({
  description: 'The fields that the run sweeps, with all their values. The cells of the run are their product.',
});

/** One combination of the values of a sweep: the swept fields, in the order of the format; none without a sweep. */
export type CellValues = Readonly<z.infer<typeof cellSchema>>;

/** The swept fields of a run, in the order of the format, with their values in the order in which they are run. */
export type Sweep = Readonly<z.infer<typeof sweepSchema>>;

/** The cell that a result is of. */
export function cellOf({cell}: {readonly cell?: CellValues | undefined}): CellValues {
  return cell ?? {};
}

/** A cell as messages and file names have it: `liveMappings=64,guestIommu=lazy`; empty without a sweep. */
export function cellName(cell: CellValues): string {
  return Object.entries(cell)
    .map(([field, value]) => `${field}=${value}`)
    .join(',');
}
