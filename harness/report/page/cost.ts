import type {MedianBootstrap} from '../../analysis/bootstrap.ts';
import {type Curve, type CurveSet, curvesOf} from '../../analysis/curves.ts';
import {fitGrowth, type Growth} from '../../analysis/exponent.ts';
import {makeResampling} from '../../analysis/resampling.ts';
import {quantileOf} from '../../analysis/statistics.ts';
import {curveChart, type DrawnCurve} from '../charts/curves.ts';
import {figureHtml} from '../html/figure.ts';
import {type Content, type Html, html} from '../html/html.ts';
import {legend} from '../html/marks.ts';
import type {Section} from '../html/page.ts';
import {dataTable} from '../html/table.ts';
import {figure} from '../number.ts';
import {isChosen} from './chosen.ts';
import {foldedFigures} from './folded.ts';
import {type Report, sourcesOf} from './model.ts';
import {plain, unitText, withUnit} from './words.ts';

/** How sure the intervals of exponents are. */
const confidence = 0.95;

/** More curves than these make the page too heavy. Those that readers ask for first are drawn first. */
const mostCurves = 120;

/** How each metric grows with what was varied; nothing where nothing was. */
export function costSection(report: Report): Section | null {
  const {cells} = report;
  const sets = curvesOf(
    cells.map(({scenario, values, arms: [first, ...others]}) => ({scenario, values, members: [first!, ...others]})),
  );
  if (sets.length === 0) return null;
  const {bootstrap} = makeResampling();
  const isFirst = (set: CurveSet): boolean => isChosen(set.metric, cells);
  const ordered = [...sets.filter(isFirst), ...sets.filter(set => !isFirst(set))].slice(0, mostCurves);
  const left = sets.length - ordered.length;
  const draw = (set: CurveSet): Html => costFigure(set, report, bootstrap);
  const content = html`<p><var>N</var> is the number that was varied. Each dot is a trial, those of several arms side by side; each mark is the median at an <var>N</var>, and the lines join them. <var>N</var><sup><var>b</var></sup> is the power of <var>N</var> fitted to the medians by least squares on their logarithms, with its bootstrap interval of ${confidence * 100} %: an exponent of 0 is a cost that does not grow, 1 one that grows in proportion.</p>
    ${foldedFigures(ordered.filter(isFirst).map(draw), ordered.filter(set => !isFirst(set)).map(draw))}
    ${left > 0 && html`<p>${left} more curves are not drawn: a report of fewer cells has them.</p>`}`;
  return {id: 'cost', title: 'Cost against N', content};
}

type FittedCurve = DrawnCurve & {readonly label: string; readonly growth: Growth | null};

function costFigure(set: CurveSet, {labels, scenarios, cells}: Report, bootstrap: MedianBootstrap): Html {
  const {scenario, metric, unit, size, fixed, curves} = set;
  const drawn = curves.map(curve => fitted(curve, labels, bootstrap));
  const where = [...(scenarios.length > 1 ? [scenario] : []), ...(fixed === '' ? [] : [fixed])].join(', ');
  const title = `${metric} against ${size}${where === '' ? '' : `, ${where}`}`;
  const sized = cells.filter(cell => cell.scenario === scenario);
  return figureHtml({
    title,
    caption: null,
    description: drawn.map(({label, growth}) => `${label}: ${growthText(growth)}`).join('; '),
    drawing: curveChart(drawn, {x: size, y: unitText(unit) || 'count'}),
    legend: legend(drawn.map(({place, label, growth}) => ({place, words: html`${label}: ${growthFormula(growth)}`}))),
    data: curveTable(`${withUnit(metric, unit)} against ${size}: every trial`, size, drawn),
    sources: sized.length === 1 ? sourcesOf(sized[0]!.arms) : [],
  });
}

function fitted({label, samples}: Curve, labels: readonly string[], bootstrap: MedianBootstrap): FittedCurve {
  const points = samples
    .filter(({values}) => values.length > 0)
    .map(({size, values}) => ({size, values, median: quantileOf(values, 0.5)}));
  return {label, place: labels.indexOf(label), points, growth: fitGrowth(samples, bootstrap, confidence)};
}

/** The exponent in a line of text. */
function growthText(growth: Growth | null): string {
  if (growth === null) return 'no exponent';
  return `N to the power of ${twoDigits(growth.exponent)}${boundsText(growth)}`;
}

/** The exponent as it is written in a formula. */
function growthFormula(growth: Growth | null): Content {
  if (growth === null) return 'no exponent';
  return html`<var>N</var><sup>${twoDigits(growth.exponent)}</sup>${boundsText(growth)}`;
}

function boundsText({interval}: Growth): string {
  return interval === null ? '' : ` [${interval.map(twoDigits).join(' … ')}]`;
}

function twoDigits(value: number): string {
  return value
    .toFixed(2)
    .replace(/^-0\.00$/, '0.00')
    .replace('-', '−');
}

function curveTable(caption: string, size: string, curves: readonly FittedCurve[]): Content {
  return dataTable({
    caption,
    columns: [{title: 'series'}, {title: size}, {title: 'median'}, {title: 'each trial', isWords: true}],
    groups: curves.map(({label, points}) => ({
      rows: points.map(({size: at, median, values}) => [
        label,
        figure(at),
        plain(median),
        values.map(plain).join(', '),
      ]),
    })),
  });
}
