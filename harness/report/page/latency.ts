import {type Latencies, latenciesOf, type TimedOperation, timedOperations} from '../../analysis/latencies.ts';
import {type LatencyRow, latencyChart} from '../charts/latencies.ts';
import {figureHtml} from '../html/figure.ts';
import {type Content, type Html, html} from '../html/html.ts';
import type {Section} from '../html/page.ts';
import {dataTable} from '../html/table.ts';
import {figure, nothing} from '../number.ts';
import {hasFigures, type Report, type ShownCell, sourcesOf, titled} from './model.ts';

/** What the operations are, as a reader knows them. */
const operationNames: Readonly<Record<TimedOperation, string>> = {map: 'map', dma: 'DMA', unmap: 'unmap'};

/** How long the guest's operations took, before dirty tracking and during it; nothing where no guest told. */
export function latencySection(report: Report): Section | null {
  if (!hasFigures(report)) return null;
  const figures = report.cells.map(cell => ({cell, drawn: timedOperations.flatMap(one => operationFigure(one, cell))}));
  if (figures.every(({drawn}) => drawn.length === 0)) return null;
  const content = html`<p>All operations of all trials. Upwards, on a logarithmic scale, the share of operations in each bin; there are four bins to a doubling of the time. Dashed outline: before the migration. Area: during the migration, with dirty tracking on. The ticks below are the medians.</p>
    ${figures.map(({cell, drawn}) => drawn.length > 0 && html`${cell.name !== '' && html`<h3>${cell.name}</h3>`}<div class="figures">${drawn}</div>`)}`;
  return {id: 'latencies', title: 'Latencies', content};
}

function operationFigure(operation: TimedOperation, cell: ShownCell): Html[] {
  const rows = cell.arms
    .map(({label, place, result: {trials}}) => ({
      label,
      place,
      before: latenciesOf(trials, 'baseline', operation),
      during: latenciesOf(trials, 'migration', operation),
    }))
    .filter(({before, during}) => before !== null || during !== null);
  if (rows.length === 0) return [];
  const title = titled(`Latency of ${operationNames[operation]}`, cell);
  return [
    figureHtml({
      title,
      caption: null,
      description: rows.map(described).join('; '),
      drawing: latencyChart(rows, 'time in µs'),
      data: html`${quantileTable(title, rows)}${rows.map(row => binTable(title, row))}`,
      sources: sourcesOf(cell.arms),
    }),
  ];
}

function described({label, before, during}: LatencyRow): string {
  const words = (one: Latencies | null, when: string): string =>
    one === null ? `nothing ${when}` : `${when} median ${figure(one.p50)}, 99th percentile ${figure(one.p99)} µs`;
  return `${label}: ${words(before, 'before tracking')}, ${words(during, 'during tracking')}`;
}

function quantileTable(title: string, rows: readonly LatencyRow[]): Content {
  const cells = (one: Latencies | null): string[] =>
    one === null ? Array(4).fill(nothing) : [one.count, one.p50, one.p99, one.max].map(figure);
  return dataTable({
    caption: `${title} in µs`,
    columns: ['series', 'when', 'operations', 'p50', 'p99', 'longest'].map((name, at) => ({
      title: name,
      isWords: at === 1,
    })),
    groups: rows.map(({label, before, during}) => ({
      rows: [
        [label, 'before tracking', ...cells(before)],
        [label, 'during tracking', ...cells(during)],
      ],
    })),
  });
}

function binTable(title: string, {label, before, during}: LatencyRow): Content {
  const bounds = [...new Set([...(before?.bins ?? []), ...(during?.bins ?? [])].map(({to}) => to))].sort(
    (a, b) => a - b,
  );
  const share = (one: Latencies | null, to: number): string =>
    `${figure((one?.bins.find(bin => bin.to === to)?.share ?? 0) * 100)} %`;
  return dataTable({
    caption: `${title} under ${label}: share of operations`,
    columns: ['up to µs', 'before tracking', 'during tracking'].map(name => ({title: name})),
    groups: [{rows: bounds.map(to => [figure(to), share(before, to), share(during, to)])}],
  });
}
