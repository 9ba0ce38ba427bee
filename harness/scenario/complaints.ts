import type {z} from 'zod';
import {didYouMean} from './nearest.ts';
import type {Place} from './yaml.ts';

/** One thing that is wrong in a file. */
export type Complaint = Place & {
  readonly message: string;
  /** The top-level fields that it is about; the first is the one it points at. */
  readonly fields: readonly string[];
};

/** Turns what zod found into complaints in plain words. `known` are the names that an unknown key may mean. */
export function toComplaints(error: z.ZodError, known: readonly string[]): Complaint[] {
  return error.issues.flatMap(issue => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownField([...issue.path, key], known));
    return [{path: issue.path, part: 'value' as const, message: explain(issue), fields: fieldsOf(issue)}];
  });
}

/** Shows a complaint at its place in a file. */
export function atPlace({path, message}: Complaint, place: string): string {
  return path.length === 0 ? `${place} ${message}` : `${place} ${path.join('.')}: ${message}`;
}

function unknownField(path: readonly PropertyKey[], known: readonly string[]): Complaint {
  const name = String(path.at(-1));
  return {path, part: 'key', message: `unknown field${didYouMean(name, known)}`, fields: [String(path[0])]};
}

function fieldsOf(issue: z.core.$ZodIssue): readonly string[] {
  const fields: unknown = issue.code === 'custom' ? issue.params?.['fields'] : undefined;
  return Array.isArray(fields) ? fields : [String(issue.path[0])];
}

/** What zod calls the types of our fields, in plain words. */
const types: Readonly<Record<string, string>> = {
  array: 'a list',
  int: 'a whole number',
  number: 'a whole number',
  object: 'fields',
  string: 'text',
};

function explain(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'custom' && issue.input === undefined) return 'is missing';
  if (issue.code === 'invalid_type') {
    return `must be ${types[issue.expected] ?? issue.expected}, and is ${JSON.stringify(issue.input)}`;
  }
  if (issue.code === 'too_small') {
    return issue.origin === 'number' ? `must be at least ${issue.minimum}, and is ${issue.input}` : 'must not be empty';
  }
  if (issue.code === 'too_big') return `must be at most ${issue.maximum}, and is ${issue.input}`;
  return issue.message;
}
