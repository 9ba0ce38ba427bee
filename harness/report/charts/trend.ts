import type {Change, MetricTrend, Trend} from '../../analysis/trend.ts';
import {bottomAxisHeight, leftAxis, round} from '../html/axis.ts';
import {type Drawing, drawingWidth} from '../html/figure.ts';
import {attributes, type Html, html} from '../html/html.ts';
import {markOf} from '../html/marks.ts';
import {fittingScale, type Scale} from '../html/scale.ts';
import {figure, medianAndSpread} from '../number.ts';
import {changeText, whenOf} from '../trend.ts';
import {type DateScale, dateAxis, dateScale} from './date-axis.ts';

const left = 54;
const right = 10;
const top = 44;
const plotHeight = 170;
const bottom = top + plotHeight + 8;

/** The words of changes stand in two lines, in turn, so that neighbours do not cover one another. */
const wordsAt = [12, 27];

/** Of the point of a result. */
const radius = 3;

type Scales = {readonly x: DateScale; readonly y: Scale};

/**
 * Draws a metric over dates: a point for each result with the spread of its trials, a line for each level, and a dashed
 * one where the level changes. A result that did not end as expected is hollow.
 */
export function trendChart(metric: MetricTrend, {results}: Pick<Trend, 'results'>): Drawing {
  const {points, changes, unit} = metric;
  const x = dateScale(
    points.map(point => results[point.result]!.startedAt),
    [left + 8, drawingWidth - right - 8],
  );
  const y = fittingScale(
    points.flatMap(({median, low, high}) => [median, low, high]),
    [top + plotHeight, top],
  );
  return {
    height: bottom + bottomAxisHeight,
    content: [
      leftAxis(y, {x: left, end: drawingWidth - right, title: unit}),
      dateAxis({...x, range: [left, drawingWidth - right]}, {top: bottom, from: top}),
      pointsOf(metric, results, {x, y}),
      levelsOf(metric, results, {x, y}),
      changes.map((change, index) => changeOf(change, {metric, results, x, wordsAt: wordsAt[index % wordsAt.length]!})),
    ],
  };
}

function pointsOf({points}: MetricTrend, results: Trend['results'], {x, y}: Scales): Html {
  const places = points.map(point => ({point, result: results[point.result]!}));
  const spreads = places
    .filter(({point}) => point.low !== point.high)
    .map(({point, result}) => `M${round(x.at(result.startedAt))} ${round(y.at(point.low))}V${round(y.at(point.high))}`);
  const circles = places.map(({point, result}) => {
    const look = result.asExpected ? 'point' : 'thin hollow';
    const place = {cx: round(x.at(result.startedAt)), cy: round(y.at(point.median)), r: radius};
    return html`<circle class="${look}"${attributes(place)}><title>${whenOf(result)}: ${medianAndSpread(point)}</title></circle>`;
  });
  return html`<g class="${markOf(1).className}"><path class="sample" d="${spreads.join('')}"/>${circles}</g>
    `;
}

/** A line at the median of each level, from its first result to its newest. */
function levelsOf({points, changes}: MetricTrend, results: Trend['results'], {x, y}: Scales): Html | null {
  if (changes.length === 0) return null;
  const at = (result: number): number => round(x.at(results[result]!.startedAt));
  const starts = [points[0]!.result, ...changes.map(({first}) => first)];
  const ends = [...changes.map(({last}) => last), points.at(-1)!.result];
  const levels = [changes[0]!.before, ...changes.map(({after}) => after)];
  const lines = levels.map((level, index) => `M${at(starts[index]!)} ${round(y.at(level))}H${at(ends[index]!)}`);
  return html`<path class="axis" stroke-width="2" d="${lines.join('')}"/>
    `;
}

type Drawn = {
  readonly metric: MetricTrend;
  readonly results: Trend['results'];
  readonly x: DateScale;
  readonly wordsAt: number;
};

/** A line between the results that a change lies between, with its ratio. */
function changeOf(change: Change, {metric, results, x: {at, range}, wordsAt: line}: Drawn): Html {
  const [before, after] = [results[change.last]!, results[change.first]!];
  const x = round((at(before.startedAt) + at(after.startedAt)) / 2);
  const side = x > (range[0] + range[1]) / 2 ? 'end' : 'start';
  const size = change.ratio === null ? '' : ` ${figure(change.ratio)}×`;
  return html`<g class="${change.kind}"><title>${whenOf(after)}: ${changeText(metric, change)}</title>
    <path class="thin" stroke-dasharray="4 2" d="M${x} ${line + 4}V${bottom}"/>
    <text class="${side}" x="${x}" y="${line}">${change.kind}${size}</text>
    </g>
    `;
}
