import {type Complaint, toComplaints} from './complaints.ts';
import {shape, type Values} from './fields.ts';
import {maxCells, rangeKeys, rangeSchema, valuesOf} from './range.ts';

/** The fields of which a run has one value, and why. */
const fixed: Partial<Record<keyof Values, string>> = {
  schemaVersion: 'it is the version of the file',
  name: 'it names the scenario',
  summary: 'it is of the whole scenario',
  look: 'it is of the whole scenario',
  workload: 'a run has one workload',
  series: 'series are the arms of each cell',
  repeat: 'each cell has as many trials',
  seed: 'each trial of a cell has a seed of its own',
  debugKernel: 'all cells run the same kernels',
};

/** A field that a file, or an option, gives several values, and where each of them stands. */
export type SweptField = {
  readonly field: string;
  readonly values: readonly unknown[];
  readonly paths: readonly (readonly PropertyKey[])[];
};

/** What the raw values of a scenario sweep, in the order of the format, and what is wrong with that. */
export type FoundSweep = {readonly swept: readonly SweptField[]; readonly complaints: readonly Complaint[]};

/** How a field may be given several values; empty where it may not. */
export function waysToSweep(field: string): '' | 'list' | 'list or range' {
  if (!(field in shape) || field in fixed) return '';
  return isNumber(field) ? 'list or range' : 'list';
}

/** Finds the fields that hold a list or a range in place of a value. Their values are not checked yet. */
export function findSwept(raw: Readonly<Record<string, unknown>>): FoundSweep {
  const found = Object.keys(shape)
    .filter(field => field !== 'series' && Object.hasOwn(raw, field) && isSeveral(raw[field]))
    .map(field => sweptField(field, raw[field] as object));
  const swept = found.flatMap(one => ('field' in one ? [one] : []));
  const complaints = found.flatMap(one => ('field' in one ? [] : one));
  return {swept, complaints: [...complaints, ...tooMany(swept)]};
}

function isSeveral(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function sweptField(field: string, value: object): SweptField | Complaint[] {
  const complain = (path: readonly PropertyKey[], message: string): Complaint[] => [
    {path, part: 'value', message, fields: [field]},
  ];
  const reason = fixed[field as keyof Values];
  if (reason !== undefined) return complain([field], `cannot be swept: ${reason}`);
  if (!Array.isArray(value)) return sweptRange(field, value);
  if (value.length === 0) return complain([field], 'must not be empty');
  const twice = value.findIndex((one, index) => value.indexOf(one) !== index);
  if (twice !== -1) return complain([field, twice], `holds ${value[twice]} twice`);
  return {field, values: value, paths: value.map((_, index) => [field, index])};
}

function sweptRange(field: string, value: object): SweptField | Complaint[] {
  if (!isNumber(field)) {
    return [{path: [field], part: 'value', message: 'has no range of values: list them', fields: [field]}];
  }
  const parsed = rangeSchema.safeParse(value, {reportInput: true});
  if (!parsed.success) {
    return toComplaints(parsed.error, rangeKeys).map(one => ({...one, path: [field, ...one.path], fields: [field]}));
  }
  const values = valuesOf(parsed.data);
  return {field, values, paths: values.map(() => [field])};
}

/** Whether the values of a field that can be swept are numbers; then so is its default. */
function isNumber(field: string): boolean {
  return typeof shape[field as keyof Values].safeParse(undefined).data === 'number';
}

function tooMany(swept: readonly SweptField[]): Complaint[] {
  const cells = swept.reduce((count, {values}) => count * values.length, 1);
  if (cells <= maxCells) return [];
  const product = swept.map(({field, values}) => `${values.length} of ${field}`).join(' times ');
  const message = `a run has at most ${maxCells} cells, and these would be ${cells}: ${product}`;
  return [{path: [swept[0]!.field], part: 'value', message, fields: swept.map(({field}) => field)}];
}
