import {type Cell, type ControlRow, type Judgement, judgeControls} from '../analysis/controls.ts';
import type {ControlFinding, ControlReport} from '../result/controls.ts';
import type {Table} from './contents.ts';
import {blocks, escaped, list, table} from './markdown.ts';
import {figure, nothing} from './number.ts';
import {align} from './text.ts';

/** Writes which oracle catches which control as Markdown. */
export function controlsMarkdown(report: ControlReport): string {
  const judgement = judgeControls(report);
  const {complaints} = judgement;
  return blocks([
    table(layOut(judgement, name => `\`${name}\``)),
    legend(report),
    ...(complaints.length === 0 ? [] : ['Not as it should be:', list(complaints.map(escaped))]),
  ]).trimEnd();
}

/** Writes which oracle catches which control for the terminal. */
export function controlsText(report: ControlReport): string {
  const judgement = judgeControls(report);
  const {complaints} = judgement;
  const wrong = complaints.length === 0 ? [] : ['', 'Not as it should be:', ...complaints.map(line => `  ${line}`)];
  return [...align(layOut(judgement, name => name)), '', legend(report), ...wrong, ''].join('\n');
}

/** A row for each series that controls break, as it is, and then one for each control. */
function layOut({scenarios, bases, controls}: Judgement, named: (name: string) => string): Table {
  const row = ({series, base, cells}: ControlRow): string[] => [
    named(series),
    base === null ? '' : named(base),
    ...cells.map(cellText),
  ];
  return {header: ['series', 'breaks', ...scenarios.map(named)], rows: [...bases, ...controls].map(row)};
}

function cellText(cell: Cell): string {
  switch (cell.kind) {
    case 'caught':
      return withFigures('caught', cell.finding);
    case 'missed':
      return withFigures('not caught', cell.finding);
    case 'sound':
      return withFigures('passed', cell.finding);
    case 'unexpected':
      return withFigures(cell.finding.outcome, cell.finding);
    case 'not-applicable':
      return 'n/a';
    case 'not-run':
      return nothing;
  }
}

/** A word, and what the oracle found, if it had its say. */
function withFigures(word: string, {pages, log}: ControlFinding): string {
  if (log !== null) return `${word}: ${figure(log.missing)} missing`;
  return pages === null ? word : `${word}: ${figure(pages.lost)} of ${figure(pages.checked)} lost`;
}

function legend({startedAt, accelerator}: ControlReport): string {
  const machine = accelerator === null ? '' : `, under ${accelerator.toUpperCase()}`;
  return `Last run: ${startedAt}${machine}. ${nothing}: not run; n/a: the scenario does without the part that is broken.`;
}
