import {open, readFile} from 'node:fs/promises';
import {asError, UserError} from '../base/errors.ts';
import {withLock} from '../base/lock.ts';
import {type HistoryLine, historyLineSchema, historyVersion, keyOf, newestLines} from './history.ts';
import {JsonError, parseJson} from './json.ts';
import {jsonPath, versionOf} from './read.ts';

/** The name of a history file in a folder of results. */
export const historyName = 'history.jsonl';

/** What a history file holds. */
export type History = {
  readonly lines: readonly HistoryLine[];
  /** Its last line is only a part of one: the process that wrote it was killed. */
  readonly isCut: boolean;
};

/** What it holds when lines have been appended, and how many of them it did not have. */
export type AppendedHistory = History & {readonly appended: number};

const hint = 'Remove the line, and append its run anew: npm run trend -- results/<run>.';

/** Reads a history; a file that is not there is an empty one. All lines that are no good are said at once. */
export async function readHistory(file: string): Promise<History> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new UserError(`cannot read ${file}: ${error.message}`, {
      hint: 'Name another file with --history.',
      cause: error,
    });
  });
  const {whole, isCut} = wholePart(text);
  const complaints: string[] = [];
  const lines = whole.split('\n').flatMap((line, index) => {
    if (line === '') return [];
    const read = readLine(line, `${file}:${index + 1}`);
    if ('complaints' in read) complaints.push(...read.complaints);
    return 'line' in read ? [read.line] : [];
  });
  if (complaints.length > 0) throw new UserError(complaints.join('\n'), {hint});
  return {lines, isCut};
}

/**
 * Appends the lines that a history does not have yet, all at once, while no other process of this user writes to it.
 * A line that is not newer than the one of the same result is left out; part of a line at the end is removed
 * with the next that is written. Gives what the history then holds, and how many lines of it are new.
 */
export async function appendHistory(
  file: string,
  lines: readonly HistoryLine[],
  onWait: () => void,
): Promise<AppendedHistory> {
  const checked = newestLines(lines.map(line => historyLineSchema.parse(line)));
  try {
    return await withLock(file, {onWait}, async () => {
      const {lines: known, isCut} = await readHistory(file);
      const before = new Map(newestLines(known).map(line => [keyOf(line), line.finishedAt]));
      const fresh = checked.filter(line => line.finishedAt > (before.get(keyOf(line)) ?? ''));
      if (fresh.length > 0) await write(file, fresh);
      return {lines: [...known, ...fresh], isCut, appended: fresh.length};
    });
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`cannot append to ${file}: ${asError(cause).message}`, {
      hint: 'Check that the folder is writable and that the disk has room, or name another file with --history.',
      cause,
    });
  }
}

async function write(file: string, lines: readonly HistoryLine[]): Promise<void> {
  const text = lines.map(line => `${JSON.stringify(line)}\n`).join('');
  const handle = await open(file, 'a+');
  try {
    const {whole} = wholePart(await handle.readFile('utf8'));
    await handle.truncate(Buffer.byteLength(whole));
    await handle.writeFile(whole === '' || whole.endsWith('\n') ? text : `\n${text}`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A text without the part of a line at its end; a last line that only lacks its end is whole. */
function wholePart(text: string): {whole: string; isCut: boolean} {
  const end = text.lastIndexOf('\n') + 1;
  const isCut = end < text.length && !isJson(text.slice(end));
  return {whole: isCut ? text.slice(0, end) : text, isCut};
}

function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

function readLine(text: string, place: string): {line: HistoryLine} | {complaints: string[]} {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    return {complaints: [`${place}:${cause.column} ${cause.message}`]};
  }
  const version = versionOf(value);
  if (version > historyVersion) {
    throw new UserError(`${place}: its schemaVersion is ${version}, and this harness reads up to ${historyVersion}`, {
      hint: 'Use the harness that wrote it, or a newer one.',
    });
  }
  const parsed = historyLineSchema.safeParse(value);
  if (parsed.success) return {line: parsed.data};
  return {complaints: parsed.error.issues.map(({path, message}) => `${place}: ${jsonPath(path)}${message}`)};
}
