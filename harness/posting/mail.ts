/** A header of a mail with the line it begins at, counted from 1. */
type Header = {readonly value: string; readonly line: number};

/** A patch as `git format-patch` writes it, taken apart. Lines count from 1. */
export type PatchMail = {
  readonly lines: readonly string[];
  /** By name in small letters; lines that were folded are one again. */
  readonly headers: ReadonlyMap<string, Header>;
  /** What the brackets before the subject are; empty where there are none. */
  readonly tag: string;
  /** What they say of the place: `[PATCH 2/7]` is 2 of 7; null for `[PATCH]`. */
  readonly place: {readonly number: number; readonly total: number} | null;
  /** The subject without the brackets. */
  readonly subject: string;
  /** Index of the first line of the message, and of the line after its last. */
  readonly message: readonly [number, number];
  /** Index of the first line of the diff; the number of lines where there is none. */
  readonly diff: number;
};

/** Takes a patch apart. What is missing comes out empty; `checkForm` tells of it. */
export function parseMail(text: string): PatchMail {
  const lines = text.split('\n');
  const headers = readHeaders(lines);
  const blank = lines.indexOf('');
  const start = blank === -1 ? lines.length : blank + 1;
  const diff = indexFrom(lines, start, line => /^(diff --git |--- a\/|--- \/dev\/null)/.test(line));
  const end = indexFrom(lines.slice(0, diff), start, line => line === '---');
  const [, tag = '', subject = ''] = /^(\[[^\]]*\])?\s*(.*)$/.exec(headers.get('subject')?.value ?? '') ?? [];
  return {lines, headers, tag, place: readPlace(tag), subject, message: [start, end], diff};
}

/** The lines of a patch's message. */
export function messageOf({lines, message: [start, end]}: PatchMail): string[] {
  return lines.slice(start, end);
}

/** A line at the end of a message such as `Signed-off-by: Name <address>`. */
export function isTrailer(line: string): boolean {
  return /^[A-Z][A-Za-z]*(-[A-Za-z]+)+: \S|^(Fixes|Link|Cc|Closes): \S/.test(line);
}

function readHeaders(lines: readonly string[]): Map<string, Header> {
  const headers = new Map<string, Header>();
  let name = '';
  for (const [index, line] of lines.entries()) {
    if (line === '') break;
    const [, begun, value] = /^([A-Za-z-]+): ?(.*)$/.exec(line) ?? [];
    const before = headers.get(name);
    if (begun !== undefined) {
      name = begun.toLowerCase();
      headers.set(name, {value: value!, line: index + 1});
    } else if (/^\s/.test(line) && before !== undefined) {
      headers.set(name, {...before, value: `${before.value} ${line.trim()}`});
    }
  }
  return headers;
}

function readPlace(tag: string): PatchMail['place'] {
  const [, number, total] = /\bPATCH\b.* (\d+)\/(\d+)\]$/.exec(tag) ?? [];
  return number === undefined ? null : {number: Number(number), total: Number(total)};
}

function indexFrom(lines: readonly string[], from: number, isIt: (line: string) => boolean): number {
  const found = lines.slice(from).findIndex(isIt);
  return found === -1 ? lines.length : from + found;
}
