import {type BrokenDown, breakdownOf} from '../../analysis/breakdown.ts';
import {makeResampling} from '../../analysis/resampling.ts';
import {type TracingCost, tracingCosts} from '../../analysis/tracing-cost.ts';
import {type PartsRow, partLooks, partsChart} from '../charts/parts.ts';
import {figureHtml} from '../html/figure.ts';
import {type Content, type Html, html} from '../html/html.ts';
import type {Section} from '../html/page.ts';
import {dataTable} from '../html/table.ts';
import {figure, nothing} from '../number.ts';
import {hasFigures, type Report, type ShownCell, sourcesOf, titled} from './model.ts';
import {plain, unitText, withUnit} from './words.ts';

/** How sure the intervals of ratios are. */
const confidence = 0.95;

const operations: Readonly<Record<BrokenDown, string>> = {sync: 'a sync', unmap: 'an unmap'};

/** Where the time of syncs and unmaps went, and what tracing cost; nothing where locks were not traced. */
export function breakdownSection(report: Report): Section | null {
  const costs = costTable(report);
  const cells = hasFigures(report) ? report.cells.map(cell => ({cell, figures: figuresOf(cell)})) : [];
  const drawn = cells.filter(({figures}) => figures.length > 0);
  if (drawn.length === 0 && costs === null) return null;
  const content = html`${drawn.length > 0 && html`<p>An average sync of the dirty bitmap, and an average unmap of QEMU from the first sync of a migration on: the means over the trials. In a bar, from the left: ${partLooks.map(({words}) => words).join('; ')}. The line below a bar is as long as the operation’s thread held QEMU’s big lock in it. Times include what tracing them costs.</p>`}
    ${drawn.map(({cell, figures}) => html`${cell.name !== '' && html`<h3>${cell.name}</h3>`}<div class="figures">${figures}</div>`)}
    ${costs}`;
  return {id: 'breakdown', title: 'Where the time goes', content};
}

function figuresOf(cell: ShownCell): Html[] {
  return (['sync', 'unmap'] as const).flatMap(operation => {
    const rows = cell.arms.flatMap(({label, place, result}): PartsRow[] => {
      const parts = breakdownOf(result, operation);
      return parts === null ? [] : [{label, place, parts}];
    });
    return rows.length === 0 ? [] : [operationFigure(operation, rows, cell)];
  });
}

function operationFigure(operation: BrokenDown, rows: readonly PartsRow[], cell: ShownCell): Html {
  const title = titled(`Time of ${operations[operation]}`, cell);
  const unit = unitText(rows[0]!.parts.unit);
  return figureHtml({
    title,
    caption: null,
    description: rows.map(({label, parts}) => `${label}: ${figure(parts.total)} ${unit}`).join('; '),
    drawing: partsChart(rows, `time in ${unit}`),
    data: dataTable({
      caption: `${title} in ${unit}`,
      columns: [
        'series',
        'whole',
        'QEMU',
        'type1 without its lock',
        'iommu->lock waited for',
        'iommu->lock held',
        'others waited for it',
        'so often',
        'longest of these waits',
        'big lock held',
        'big lock waited for',
      ].map(name => ({title: name})),
      groups: [
        {
          rows: rows.map(({label, parts: p}) => [
            label,
            ...[p.total, p.qemu, p.kernel, p.lockWaited, p.lockHeld].map(figure),
            ...[p.othersWaited, p.othersWaits, p.othersLongest, p.bqlHeld, p.bqlWaited].map(figureOrNothing),
          ]),
        },
      ],
    }),
    sources: sourcesOf(cell.arms),
  });
}

function figureOrNothing(value: number | null): string {
  return value === null ? nothing : figure(value);
}

/** What tracing costs, wherever it was varied. */
function costTable({cells}: Report): Content {
  const costs = tracingCosts(
    cells.map(({scenario, values, arms: [first, ...others]}) => ({scenario, values, members: [first!, ...others]})),
    makeResampling().bootstrap,
    confidence,
  );
  if (costs.length === 0) return null;
  return html`<h3>What tracing costs</h3>
    <p>Metrics that do not come from the trace, with tracing beside without: the ratio of the medians of the trials, with its bootstrap interval of ${confidence * 100} %.</p>
    ${dataTable({
      caption: 'Cost of tracing',
      columns: ['series', 'tracing', 'metric', 'off', 'on', 'ratio'].map((name, at) => ({
        title: name,
        isWords: at === 1 || at === 2,
      })),
      groups: [{rows: costs.map(costRow)}],
    })}`;
}

function costRow({label, scenario, fixed, tracing, metric, unit, off, on, ratio, interval}: TracingCost): Content[] {
  const bounds = interval === null ? '' : ` [${interval.map(figure).join(' … ')}]`;
  const where = fixed === '' ? scenario : `${scenario}, ${fixed}`;
  return [
    `${label}, ${where}`,
    tracing,
    withUnit(metric, unit),
    plain(off),
    plain(on),
    ratio === null ? nothing : `${figure(ratio)}×${bounds}`,
  ];
}
