import {z} from 'zod';

/** The most values of one range, and the most cells of one run: beyond that a slip of the pen is likelier. */
export const maxCells = 1000;

const rangeFields = {
  from: z.int().min(0),
  to: z.int().min(0),
  step: z.int().min(1).optional(),
  times: z.int().min(2).optional(),
};

/** What the fields of a range are called. */
export const rangeKeys = Object.keys(rangeFields);

/** The values from one number to another, both included: `{from: 1, to: 4, step: 1}`, `{from: 64, to: 1024, times: 4}`. */
export const rangeSchema = z.strictObject(rangeFields).superRefine((range, context) => {
  if (context.issues.length > 0) return;
  const complaint = wrongWith(range);
  if (complaint) context.addIssue({code: 'custom', path: complaint.path, message: complaint.message});
});

type Range = z.infer<z.ZodObject<typeof rangeFields>>;

/** The values of a range that `rangeSchema` has accepted, in their order. */
export function valuesOf(range: Range): number[] {
  const values = [range.from];
  for (let next = following(range, range.from); next <= range.to && values.length <= maxCells; ) {
    values.push(next);
    next = following(range, next);
  }
  return values;
}

function following({step, times}: Range, value: number): number {
  return times === undefined ? value + step! : value * times;
}

function wrongWith(range: Range): {path: string[]; message: string} | undefined {
  const {from, to, step, times} = range;
  if ((step === undefined) === (times === undefined)) return {path: [], message: 'must have either step or times'};
  if (from > to) return {path: ['from'], message: `must be at most to = ${to}, and is ${from}`};
  if (times !== undefined && from === 0) return {path: ['from'], message: 'must be at least 1 beside times, and is 0'};
  const values = valuesOf(range);
  if (values.length > maxCells) return {path: [], message: `has more than ${maxCells} values`};
  const last = values.at(-1)!;
  if (last === to) return undefined;
  return {
    path: ['to'],
    message: `must be one of the values: ${last} is followed by ${following(range, last)}, and to is ${to}`,
  };
}
