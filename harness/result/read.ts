import {readFile} from 'node:fs/promises';
import {asError, UserError} from '../base/errors.ts';
import {JsonError, parseJson} from './json.ts';
import {type Result, resultSchema, resultVersion} from './schema.ts';

const hint = 'A result is a file results/<run>/<series>.json that a run has written.';

/** Reads a result file and checks it against the schema. All that is wrong with it is said at once. */
export async function readResult(file: string): Promise<Result> {
  const value = parse(file, await readText(file));
  const version = versionOf(value);
  if (version > resultVersion) {
    throw new UserError(`${file}: its schemaVersion is ${version}, and this harness reads up to ${resultVersion}`, {
      hint: 'Use the harness that wrote it, or a newer one.',
    });
  }
  const parsed = resultSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map(({path, message}) => `${file}: ${jsonPath(path)}${message}`);
  throw new UserError(complaints.join('\n'), {hint});
}

/** Reads every file, and complains of all that are no good at once. */
export async function readResults(files: readonly string[]): Promise<Result[]> {
  const read = await Promise.allSettled(files.map(readResult));
  const failures: unknown[] = read.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : []));
  const [first] = failures;
  const bug = failures.find(failure => !(failure instanceof UserError));
  if (bug !== undefined) throw bug;
  if (first instanceof UserError) {
    throw new UserError(failures.map(failure => asError(failure).message).join('\n'), {hint: first.hint});
  }
  return read.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UserError(`cannot read ${file}: ${asError(cause).message}`, {hint, cause});
  }
}

function parse(file: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new UserError(`${file}:${cause.line}:${cause.column} ${cause.message}`, {hint, cause});
  }
}

/** The version that a file says it has; 0 where it says none. */
export function versionOf(value: unknown): number {
  const version = typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : 0;
  return typeof version === 'number' ? version : 0;
}

/** Writes a path as in `trials[0].oracle: `; nothing for the whole file. */
export function jsonPath(path: readonly PropertyKey[]): string {
  const parts = path.map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return parts.length === 0 ? '' : `${parts.join('').replace(/^\./, '')}: `;
}
