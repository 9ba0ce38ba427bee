import type {Cell, Comparison, Row} from '../../analysis/compare.ts';
import type {Summary} from '../../analysis/statistics.ts';
import {groupBy} from '../../base/group.ts';
import {metricDefinition} from '../../result/metrics.ts';
import {footnotes, isDoubtful} from '../contents.ts';
import {sourceLinks} from '../html/figure.ts';
import {type Content, html} from '../html/html.ts';
import type {Section} from '../html/page.ts';
import {dataTable} from '../html/table.ts';
import {figure, nothing, relation} from '../number.ts';
import {armsOf, hasFigures, type Report, type ShownCell, sourcesOf, titled} from './model.ts';
import {unitText, verdictParagraph} from './words.ts';

/** The verdict on every metric of every cell, and what it rests on. */
export function verdictSection(report: Report): Section {
  const isOpen = hasFigures(report);
  const notes = [...new Set(report.cells.flatMap(({comparison}) => footnotes(comparison)))];
  const content = html`${report.cells.map(cell => cellVerdicts(cell, isOpen))}
    ${notes.map(note => html`<p class="note">${note}</p>`)}`;
  return {id: 'verdicts', title: 'Verdicts', content};
}

function cellVerdicts(cell: ShownCell, isOpen: boolean): Content {
  const table = html`${verdictTable(cell, isOpen)}${sourceLinks(sourcesOf(cell.arms))}`;
  if (isOpen) return html`<div id="${cell.id}">${cell.name !== '' && html`<h3>${cell.name}</h3>`}${table}</div>`;
  return html`<details id="${cell.id}"><summary>${cell.name}</summary>${table}</details>
    `;
}

function verdictTable(cell: ShownCell, isFull: boolean): Content {
  const {comparison} = cell;
  const groups = groupBy(comparison.rows, ({name}) => /^guest\.baseline|^[^.]+/.exec(name)![0]);
  return dataTable({
    caption: titled(
      `Each metric: median${isFull ? ' [spread]' : ''}, ratio to the first series [interval], verdict`,
      cell,
    ),
    columns: [{title: 'metric'}, ...armsOf(comparison).map(({label}) => ({title: label}))],
    groups: [...groups].map(([title, rows]) => ({title, rows: rows.map(row => cellsOf(row, comparison, isFull))})),
  });
}

/** A row in full, with the meaning of the metric and the spread of its values, or in short. */
function cellsOf(row: Row, comparison: Comparison, isFull: boolean): Content[] {
  const medianOf = isFull ? fullMedian : shortMedian;
  return [
    heading(row, isDoubtful(row, armsOf(comparison)), isFull),
    medianOf(row.base),
    ...row.others.map(
      cell =>
        html`<p>${medianOf(cell.summary)}${ratioParagraph(cell)}${cell.verdict && verdictParagraph(cell.verdict)}`,
    ),
  ];
}

function heading({name, unit}: Row, hasStar: boolean, withMeaning: boolean): Content {
  const meaning = withMeaning && metricDefinition(name)?.meaning;
  const inUnit = unitText(unit);
  return html`<code>${name}</code>${hasStar && ' *'}${inUnit !== '' && html` <span class="unit">${inUnit}</span>`}${meaning && html`<br><small>${meaning}</small>`}`;
}

function fullMedian(summary: Summary | null): Content {
  if (summary === null) return nothing;
  const {median, low, high} = summary;
  const spread = low !== high && html` <small>[${figure(low)} … ${figure(high)}]</small>`;
  return html`<data value="${median}">${figure(median)}</data>${spread}`;
}

function shortMedian(summary: Summary | null): Content {
  return summary === null ? nothing : figure(summary.median);
}

function ratioParagraph(cell: Cell): Content {
  const [ratio, ...interval] = relation(cell).split(' [');
  return html`<p>${ratio}${interval.map(bounds => html` <small>[${bounds}</small>`)}`;
}
