import {type Check, checks, type Finding} from '../posting/finding.ts';
import type {Table} from './contents.ts';
import {align} from './text.ts';

/** A patch, and what all checks said of it. */
export type CheckedPatch = {
  readonly project: string;
  /** The file, relative to the repository. */
  readonly file: string;
  readonly findings: readonly Finding[];
  /** The patch below that does not apply, so that this one was neither applied nor compiled. */
  readonly untriedAfter?: string;
};

/** A series that was checked, and what its patches were applied to. */
export type CheckedSeries = {
  readonly series: string;
  readonly bases: readonly string[];
  readonly patches: readonly CheckedPatch[];
};

/** Whether a list would send the series back. */
export function hasFailed({patches}: CheckedSeries): boolean {
  return patches.some(
    ({findings, untriedAfter}) => untriedAfter !== undefined || findings.some(finding => !finding.isNote),
  );
}

/** Writes every finding with its place, and a table that sums them up. */
export function checkText(checked: CheckedSeries): string {
  const {series, bases, patches} = checked;
  if (patches.length === 0) return `${series}: no patches of its own\n`;
  const findings = patches.flatMap(findingLines);
  const verdict = hasFailed(checked) ? 'NOT ready to be posted' : 'ready to be posted';
  return [
    ...(findings.length === 0 ? [] : [...findings, '']),
    ...align(summary(patches)),
    '',
    `${series}: ${verdict}; ${patches.length} ${patches.length === 1 ? 'patch' : 'patches'} on ${bases.join(' and ')}`,
    '',
  ].join('\n');
}

function findingLines({file, findings, untriedAfter}: CheckedPatch): string[] {
  const lines = findings.map(({check, isNote, line, message}) => {
    const place = line === null ? file : `${file}:${line}`;
    return `${place}: ${isNote ? 'note: ' : ''}${labels[check]}${message.replaceAll('\n', '\n    ')}`;
  });
  return untriedAfter === undefined ? lines : [...lines, `${file}: not tried, since ${untriedAfter} does not apply`];
}

/** Who says it, where that is not the harness. */
const labels: Record<Check, string> = {form: '', checkpatch: 'checkpatch: ', applies: '', compiles: 'compiler: '};

function summary(patches: readonly CheckedPatch[]): Table {
  return {
    header: ['patch', ...checks],
    rows: patches.map(patch => [
      `${patch.project}/${patch.file.split('/').at(-1)}`,
      ...checks.map(check => cell(patch, check)),
    ]),
  };
}

function cell({findings, untriedAfter}: CheckedPatch, check: Check): string {
  const failures = findings.filter(finding => finding.check === check && !finding.isNote).length;
  if (failures > 0) return String(failures);
  const isTried = untriedAfter === undefined || check === 'form' || check === 'checkpatch';
  const isApplied = !findings.some(finding => finding.check === 'applies' && !finding.isNote);
  return isTried && (isApplied || check !== 'compiles') ? 'ok' : 'not tried';
}
