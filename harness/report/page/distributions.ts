import type {Row} from '../../analysis/compare.ts';
import {summarise} from '../../analysis/statistics.ts';
import {type Strip, stripChart} from '../charts/strips.ts';
import {figureHtml} from '../html/figure.ts';
import {type Content, type Html, html} from '../html/html.ts';
import type {Section} from '../html/page.ts';
import {dataTable} from '../html/table.ts';
import {figure} from '../number.ts';
import {isChosen} from './chosen.ts';
import {foldedFigures} from './folded.ts';
import {hasFigures, type Report, type ShownCell, sourcesOf, titled} from './model.ts';
import {counted, plain, unitText, withUnit} from './words.ts';

/** Every sample of every arm, metric by metric; nothing where there are too many cells to draw each. */
export function distributionSection(report: Report): Section | null {
  if (!hasFigures(report)) return null;
  const content = html`<p>Each dot is a value as it was measured: one for each trial, or, where the name ends in <code>_per_sync</code> or is <code>vfio.sync_time</code>, one for each sync. The upright line is their median. None is left out.</p>
    ${report.cells.map(cellDistributions)}`;
  return {id: 'distributions', title: 'Distributions', content};
}

function cellDistributions(cell: ShownCell): Content {
  const {name, comparison} = cell;
  const chosen = comparison.rows.filter(row => isChosen(row.name, [cell]));
  const others = comparison.rows.filter(row => !chosen.includes(row));
  return html`${name !== '' && html`<h3>${name}</h3>`}
    ${foldedFigures(
      chosen.map(row => distribution(row, cell)),
      others.map(row => distribution(row, cell)),
    )}`;
}

function distribution({name, unit}: Row, cell: ShownCell): Html {
  const strips = cell.arms.flatMap(({label, place, result}): Strip[] => {
    const values = result.metrics.find(metric => metric.name === name)?.values ?? [];
    const summary = summarise(values);
    return summary === null ? [] : [{label, place, values, median: summary.median}];
  });
  const title = titled(name, cell);
  return figureHtml({
    title,
    caption: null,
    description: strips.map(strip => `${strip.label}: ${described(strip)}`).join('; '),
    drawing: stripChart(strips, unitText(unit) || 'count'),
    data: valuesTable(`${withUnit(title, unit)}: every value, in the order of the trials`, strips),
    sources: sourcesOf(cell.arms),
  });
}

function described({values, median}: Strip): string {
  const ends = [Math.min(...values), Math.max(...values)].map(figure);
  return `${counted(values.length, 'value')} from ${ends.join(' to ')}, median ${figure(median)}`;
}

function valuesTable(caption: string, strips: readonly Strip[]): Content {
  return dataTable({
    caption,
    columns: [{title: 'series'}, {title: 'values'}, {title: 'median'}, {title: 'each value', isWords: true}],
    groups: [
      {
        rows: strips.map(({label, values, median}) => [
          label,
          values.length,
          plain(median),
          values.map(plain).join(', '),
        ]),
      },
    ],
  });
}
