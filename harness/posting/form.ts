import {type Finding, failure} from './finding.ts';
import {isTrailer, messageOf, type PatchMail, parseMail} from './mail.ts';

/** How long the line of a subject may be, without the brackets: what submitting-patches.rst of the kernel asks for. */
const longestSubject = 75;

/** Where a patch stands in its folder: its file, its number from 1, and how many there are. */
export type Position = {readonly file: string; readonly number: number; readonly total: number};

/** Checks what a list and `git am` expect of a patch, whatever it changes. */
export function checkForm(text: string, position: Position): Finding[] {
  const mail = parseMail(text);
  const findings = [
    ...numbering(mail, position),
    ...subject(mail),
    ...sender(mail),
    ...message(mail),
    ...damage(mail),
    ...(mail.diff === mail.lines.length ? [failure('form', 'it has no diff')] : []),
    ...(text.endsWith('\n') ? [] : [failure('form', 'its last line has no end', mail.lines.length)]),
  ];
  return findings.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** A subject may go without a number, and has the right one when the series is exported; a wrong one misleads. */
function numbering({headers, tag, place}: PatchMail, {file, number, total}: Position): Finding[] {
  const line = headers.get('subject')?.line ?? null;
  const ordinal = String(number).padStart(4, '0');
  const findings: Finding[] = [];
  if (!file.startsWith(`${ordinal}-`)) {
    findings.push(failure('form', `it is patch ${number} of ${total}, and its file is not called ${ordinal}-….patch`));
  }
  if (!/\bPATCH\b/.test(tag)) return [...findings, failure('form', 'its subject has no [PATCH n/m]', line)];
  if (place !== null && (place.number !== number || place.total !== total)) {
    const claim = `it is patch ${number} of ${total}, and its subject says ${place.number} of ${place.total}`;
    findings.push(failure('form', claim, line));
  }
  return findings;
}

function subject({headers, subject: text}: PatchMail): Finding[] {
  const line = headers.get('subject')?.line ?? null;
  if (text === '') return [failure('form', 'it has no subject', line)];
  const complaints = [
    /^[^\s:][^:]*: \S/.test(text) ? '' : 'its subject does not name the part it changes, as in “vfio/type1: …”',
    text.endsWith('.') ? 'its subject ends with a full stop' : '',
    text.length > longestSubject ? `its subject has ${text.length} characters, more than ${longestSubject}` : '',
  ];
  return complaints.filter(complaint => complaint !== '').map(complaint => failure('form', complaint, line));
}

function sender({headers}: PatchMail): Finding[] {
  const from = headers.get('from');
  const date = headers.get('date');
  return [
    ...(from !== undefined && /^.*\S.* <\S+@\S+>$/.test(from.value)
      ? []
      : [failure('form', 'it has no “From: Name <address>”', from?.line)]),
    ...(date !== undefined && !Number.isNaN(Date.parse(date.value))
      ? []
      : [failure('form', 'it has no date that can be read', date?.line)]),
  ];
}

function message(mail: PatchMail): Finding[] {
  const lines = messageOf(mail);
  const text = lines.filter(line => line.trim() !== '' && !isTrailer(line));
  const author = mail.headers.get('from')?.value;
  const signers = lines.flatMap(line => /^Signed-off-by: (.*)$/.exec(line)?.[1] ?? []);
  const place = mail.message[0] + 1;
  return [
    ...(text.length > 0 ? [] : [failure('form', 'its message says nothing beside the subject', place)]),
    ...(signers.length > 0 && (author === undefined || signers.includes(author))
      ? []
      : [failure('form', `it has no Signed-off-by of ${author ?? 'its author'}`, place)]),
  ];
}

/** What a mail program or an editor does to patches: lost and added white space. */
function damage({lines, diff}: PatchMail): Finding[] {
  return lines.flatMap((line, index) => {
    const isAdded = index >= diff && line.startsWith('+') && !line.startsWith('+++ ');
    const complaints = [
      line.endsWith('\r') ? 'the line ends with a carriage return' : '',
      isAdded && /[ \t]$/.test(line) ? 'a line is added that ends with white space' : '',
      isAdded && /^\+\t* +\t/.test(line) ? 'a line is added that is indented with a space before a tab' : '',
      isAdded && /^\\ No newline/.test(lines[index + 1] ?? '') ? 'a file is left without an end of its last line' : '',
    ];
    return complaints.filter(complaint => complaint !== '').map(complaint => failure('form', complaint, index + 1));
  });
}
