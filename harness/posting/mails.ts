import type {Cover} from './cover.ts';
import {parseMail} from './mail.ts';

/** What all mails of a posting have in common. */
export type Envelope = {
  /** What stands in the brackets of the subject before the numbers, such as `RFC PATCH`. */
  readonly prefix: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
};

/** How wide a header may be: git folds there too. */
const headerWidth = 76;

/** Gives a patch its number, whatever its subject said before, and its recipients. */
export function renumber(text: string, number: number, total: number, envelope: Envelope): string {
  const {lines, headers, subject} = parseMail(text);
  const start = headers.get('subject')!.line - 1;
  const folded = lines.slice(start + 1).findIndex(line => !/^\s+\S/.test(line));
  const after = lines.slice(start + 1 + folded);
  return [
    ...lines.slice(0, start),
    subjectLine(subject, number, total, envelope),
    ...recipients(envelope),
    ...after,
  ].join('\n');
}

/** The letter before the patches, as a mail. It comes from the author of the first one. */
export function coverMail(
  cover: Cover,
  patches: readonly string[],
  closing: {readonly stat: string; readonly base: readonly string[]},
  envelope: Envelope,
): string {
  const mails = patches.map(parseMail);
  const header = (name: string): string => mails[0]!.headers.get(name)!.value;
  const newest = mails.map(mail => mail.headers.get('date')!.value).sort((a, b) => Date.parse(a) - Date.parse(b));
  return [
    `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001`,
    `From: ${header('from')}`,
    `Date: ${newest.at(-1)!}`,
    subjectLine(cover.title, 0, patches.length, envelope),
    ...recipients(envelope),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    cover.text,
    '',
    ...shortlog(mails.map(mail => ({author: mail.headers.get('from')!.value, subject: mail.subject}))),
    closing.stat.trimEnd(),
    '',
    ...closing.base,
    '',
  ].join('\n');
}

function subjectLine(subject: string, number: number, total: number, {prefix}: Envelope): string {
  const ordinal = String(number).padStart(String(total).length, '0');
  return fold(`Subject: [${total === 1 && number === 1 ? prefix : `${prefix} ${ordinal}/${total}`}] ${subject}`);
}

function recipients({to, cc}: Envelope): string[] {
  const header = (name: string, people: readonly string[]): string[] =>
    people.length === 0 ? [] : [`${name}: ${people.join(',\n ')}`];
  return [...header('To', to), ...header('Cc', cc)];
}

/** Breaks a header between words. */
function fold(header: string): string {
  const lines = [''];
  for (const word of header.split(' ')) {
    const line = lines.at(-1)!;
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || longer.length <= headerWidth) lines[lines.length - 1] = longer;
    else lines.push(` ${word}`);
  }
  return lines.join('\n');
}

/** Lists the patches by author, as git-shortlog(1) does. */
function shortlog(patches: readonly {author: string; subject: string}[]): string[] {
  const authors = [...new Set(patches.map(({author}) => author))];
  return authors.flatMap(author => {
    const subjects = patches.filter(patch => patch.author === author).map(({subject}) => `  ${subject}`);
    return [`${author.replace(/ <.*/, '')} (${subjects.length}):`, ...subjects, ''];
  });
}
