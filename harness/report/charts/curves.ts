import {line} from 'd3-shape';
import {bottomAxis, bottomAxisHeight, leftAxis, round} from '../html/axis.ts';
import {type Drawing, drawingWidth} from '../html/figure.ts';
import {type Html, html} from '../html/html.ts';
import {markOf} from '../html/marks.ts';
import {linearScale, logScale, type Scale} from '../html/scale.ts';

/** The values of one arm at each size, with their medians. */
export type DrawnCurve = {
  readonly place: number;
  readonly points: readonly {readonly size: number; readonly values: readonly number[]; readonly median: number}[];
};

/** What the axes are of. */
export type AxisTitles = {readonly x: string; readonly y: string};

const left = 54;
const right = 10;
const top = 30;
const plotHeight = 210;

/** Room for the dots of arms at one size to stand side by side, in units. */
const sideBySide = 5;

/** Draws every value as a dot, and a line with marks through the medians of each arm; on logarithmic axes if all allow it. */
export function curveChart(curves: readonly DrawnCurve[], titles: AxisTitles): Drawing {
  const points = curves.flatMap(curve => curve.points);
  const x = scaleFor(
    points.map(({size}) => size),
    [left + 12, drawingWidth - right - 12],
  );
  const y = scaleFor(
    points.flatMap(({values}) => values),
    [top + plotHeight, top],
  );
  const bottom = top + plotHeight + 8;
  const frame = [
    leftAxis(y, {x: left, end: drawingWidth - right, title: titles.y}),
    bottomAxis({...x, range: [left, drawingWidth - right]}, {top: bottom, title: titles.x, from: top}),
  ];
  const drawn = curves.map((curve, index) =>
    curveOf(curve, {x, y, shift: (index - (curves.length - 1) / 2) * sideBySide}),
  );
  return {height: bottom + bottomAxisHeight, content: [frame, drawn]};
}

function scaleFor(values: readonly number[], range: readonly [number, number]): Scale {
  return values.every(value => value > 0) ? logScale(values, range) : linearScale(values, range, {fromZero: true});
}

function curveOf(
  {place, points}: DrawnCurve,
  {x, y, shift}: {readonly x: Scale; readonly y: Scale; readonly shift: number},
): Html {
  const {className, dash, point} = markOf(place);
  const at = points.map(({size, median}) => [round(x.at(size)), round(y.at(median))] as const);
  const dots = points.flatMap(({size, values}) =>
    values.map(value => `M${round(x.at(size) + shift)} ${round(y.at(value))}h0`),
  );
  return html`<g class="${className}">
    <path class="dots" d="${dots.join('')}"/>
    <path class="line" stroke-dasharray="${dash}" d="${line()(at.map(([px, py]) => [px, py])) ?? ''}"/>
    ${at.map(([px, py]) => html`<use class="point" href="${point}" x="${px}" y="${py}"/>`)}
    </g>`;
}
