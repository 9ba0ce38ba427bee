import type {Arm, Comparison, Row} from '../../analysis/compare.ts';
import type {VerdictKind} from '../../analysis/verdict.ts';
import {differenceLines, foundBy} from '../contents.ts';
import {type Content, html} from '../html/html.ts';
import type {Section} from '../html/page.ts';
import {dataTable} from '../html/table.ts';
import {relation} from '../number.ts';
import {armsOf, hasFigures, type Report, type ShownCell, titled} from './model.ts';
import {overview} from './overview.ts';
import {counted, verdictMark} from './words.ts';

/** Says in words what came out: how each arm ended, and what is better, worse or unclear. */
export function summarySection(report: Report): Section {
  const {cells} = report;
  const content = html`${cells.map(notComparable)}${hasFigures(report) ? cells.map(cellSummary) : overview(report)}`;
  return {id: 'summary', title: 'Summary', content};
}

function notComparable(cell: ShownCell): Content {
  const {comparison} = cell;
  if (comparison.comparable) return null;
  const lines = differenceLines(comparison).map(line => html`<li>${line}</li>`);
  return html`<div class="alert"><p><strong>${titled('Not comparable', cell)}:</strong> what differs is not only the series, so nothing is judged.</p><ul>${lines}</ul></div>`;
}

function cellSummary(cell: ShownCell): Content {
  const {name, comparison} = cell;
  return html`${name !== '' && html`<h3>${name}</h3>`}
    ${sentences(comparison)}
    ${outcomeTable(cell)}`;
}

function sentences(comparison: Comparison): Content {
  if (comparison.others.length === 0) return html`<p>One arm alone: there is nothing to compare it with.</p>`;
  return html`<ul>${comparison.others.map((arm, index) => html`<li>${sentence(comparison, arm, index)}</li>`)}</ul>`;
}

/** How many metrics are named of each kind. */
const named = 6;

/** Says of an arm how many metrics are worse, better, the same and unclear, and names the strongest changes. */
function sentence({base, rows}: Comparison, arm: Arm, index: number): Content {
  const of = (kind: VerdictKind): Row[] => rows.filter(row => row.others[index]?.verdict?.kind === kind);
  const judged = rows.filter(row => row.others[index]?.verdict).length;
  if (judged === 0) return html`<strong>${arm.label}</strong> beside ${base.label}: nothing is judged.`;
  const parts = (['worse', 'better', 'same', 'unclear'] as const).flatMap(kind => {
    const found = of(kind);
    if (found.length === 0) return [];
    const isChange = kind === 'worse' || kind === 'better';
    return [html`${verdictMark(kind, `${found.length} ${kind}`)}${isChange && html` (${strongest(found, index)})`}`];
  });
  return html`<strong>${arm.label}</strong> beside ${base.label}, of ${counted(judged, 'metric')}: ${parts.map((part, at) => html`${at > 0 && ', '}${part}`)}.${moreTrials(of('unclear'), index)}`;
}

/** The strongest changes by name, with their ratios. */
function strongest(found: readonly Row[], index: number): Content {
  const names = strongestFirst(found, index).slice(0, named);
  const rest = found.length - names.length;
  return html`${names.map((row, at) => html`${at > 0 && ', '}<code>${row.name}</code> ${relation(row.others[index]!)}`)}${rest > 0 && ` and ${rest} more`}`;
}

/** From how many trials on an unclear metric may become clear. */
function moreTrials(unclear: readonly Row[], index: number): Content {
  const needed = unclear.flatMap(row => row.others[index]?.verdict?.trialsNeeded ?? []);
  return needed.length > 0 && ` With ${Math.min(...needed)} trials an arm, or more, some may become clear.`;
}

/** The largest change first, whichever way. */
function strongestFirst(rows: readonly Row[], index: number): Row[] {
  const size = (row: Row): number => Math.abs(Math.log(row.others[index]?.verdict?.ratio || Number.MIN_VALUE));
  return [...rows].sort((a, b) => size(b) - size(a));
}

function outcomeTable(cell: ShownCell): Content {
  return dataTable({
    caption: titled('How the arms ended', cell),
    columns: [
      {title: 'series'},
      {title: 'outcome', isWords: true},
      {title: 'trials'},
      {title: 'found', isWords: true},
      {title: 'why', isWords: true},
    ],
    groups: [{rows: armsOf(cell.comparison).map(outcomeRow)}],
  });
}

function outcomeRow(arm: Arm): Content[] {
  const {label, outcome, expected, asExpected, trials, reason} = arm;
  const ended = asExpected
    ? `${outcome}, as expected`
    : html`<strong class="worse">${outcome}, NOT expected</strong> (${expected.join(' or ')})`;
  return [label, ended, trials, foundBy(arm), reason];
}
