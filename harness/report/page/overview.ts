import {rules, type VerdictKind} from '../../analysis/verdict.ts';
import {byMetricOrder} from '../../result/metrics.ts';
import {verdictKinds} from '../contents.ts';
import {type Content, html} from '../html/html.ts';
import {dataTable} from '../html/table.ts';
import {figure} from '../number.ts';
import {armsOf, type Report, type ShownCell} from './model.ts';
import {counted, verdictMark} from './words.ts';

/** Says of many cells what came out: over all of them for each metric, and for each of them over all metrics. */
export function overview({cells, labels}: Report): Content {
  const [base, ...others] = labels;
  return html`<p>${counted(cells.length, 'cell')}, each compared with ${base} in the same cell. A cell is a comparison of its own, of which ${figure(rules.alpha * 100)} % may hold a wrong verdict. What each came to stands under <a href="#verdicts">Verdicts</a>.</p>
    ${dataTable({
      caption: 'Verdicts over all cells, for each metric',
      columns: [{title: 'metric'}, ...others.map(title => ({title, isWords: true}))],
      groups: [{rows: metricRows(cells, others)}],
    })}
    ${dataTable({
      caption: 'Verdicts over all metrics, for each cell',
      columns: [
        {title: 'cell'},
        {title: 'not as expected', isWords: true},
        ...others.map(title => ({title, isWords: true})),
      ],
      groups: [{rows: cells.map(cell => cellRow(cell, others))}],
    })}`;
}

function metricRows(cells: readonly ShownCell[], others: readonly string[]): Content[][] {
  const names = new Set(cells.flatMap(({comparison}) => comparison.rows.map(({name}) => name)));
  return [...names]
    .sort(byMetricOrder)
    .map(name => [
      html`<code>${name}</code>`,
      ...others.map(label => tally(cells.flatMap(cell => verdictsOf(cell, label, name)))),
    ]);
}

function cellRow(cell: ShownCell, others: readonly string[]): Content[] {
  const odd = armsOf(cell.comparison).filter(({asExpected}) => !asExpected);
  return [
    html`<a href="#${cell.id}">${cell.name}</a>`,
    odd.length === 0
      ? null
      : html`<span class="worse">${odd.map(({label, outcome}) => `${label}: ${outcome}`).join('; ')}</span>`,
    ...others.map(label => tally(verdictsOf(cell, label))),
  ];
}

/** The verdicts on an arm of a cell: on one metric, or on all. */
function verdictsOf({comparison}: ShownCell, label: string, name?: string): VerdictKind[] {
  const index = comparison.others.findIndex(arm => arm.label === label);
  return comparison.rows
    .filter(row => name === undefined || row.name === name)
    .flatMap(row => row.others[index]?.verdict?.kind ?? []);
}

function tally(verdicts: readonly VerdictKind[]): Content {
  const counts = verdictKinds.map(kind => ({kind, count: verdicts.filter(one => one === kind).length}));
  const found = counts.filter(({count}) => count > 0);
  return found.length === 0
    ? 'not judged'
    : found.map(({kind, count}, index) => html`${index > 0 && ', '}${verdictMark(kind, `${count} ${kind}`)}`);
}
