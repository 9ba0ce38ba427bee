import {bottomAxis, bottomAxisHeight, round} from '../html/axis.ts';
import {type Drawing, drawingWidth} from '../html/figure.ts';
import {type Html, html} from '../html/html.ts';
import {markOf} from '../html/marks.ts';
import {fittingScale, type Scale} from '../html/scale.ts';
import {figure} from '../number.ts';

/** The values of one arm. */
export type Strip = {
  readonly label: string;
  /** Its place among all arms of the page. */
  readonly place: number;
  readonly values: readonly number[];
  readonly median: number;
};

/** The height of an arm: a line of words, and a band of dots below it. */
const rowHeight = 44;
const wordsAt = 13;
const dotsAt = 30;

/** The width of a dot, and by how much those that would cover one another move apart. */
const dot = 5;
const apart = 3.5;

/** As many dots stand above one another at most. */
const stacked = 5;

const margin = 8;

/** Draws every value of every arm as a dot along one axis, and the medians as upright lines. */
export function stripChart(strips: readonly Strip[], axisTitle: string): Drawing {
  const scale = fittingScale(
    strips.flatMap(({values}) => values),
    [margin, drawingWidth - margin],
  );
  const top = strips.length * rowHeight;
  const rows = strips.map((strip, row) => rowOf(strip, scale, row * rowHeight));
  return {height: top + bottomAxisHeight, content: [bottomAxis(scale, {top, title: axisTitle}), rows]};
}

function rowOf({label, place, values, median}: Strip, scale: Scale, top: number): Html {
  const [x, y] = [round(scale.at(median)), top + dotsAt];
  return html`<g class="${markOf(place).className}">
    <text x="0" y="${top + wordsAt}">${label}</text>
    <text class="muted end" x="${drawingWidth}" y="${top + wordsAt}">median ${figure(median)}</text>
    <path class="dots" d="${dotsOf(values, scale, y)}"/>
    <path class="median" d="M${x} ${y - 10}v20"/>
    </g>`;
}

/** A dot for each value: a line of no length with round ends. Those that would cover one another stand above one another. */
function dotsOf(values: readonly number[], {at}: Scale, y: number): string {
  const taken = new Map<number, number>();
  return values
    .map(value => {
      const column = Math.round(at(value) / dot);
      const before = taken.get(column) ?? 0;
      taken.set(column, before + 1);
      return `M${round(at(value))} ${round(y + offsetOf(before % stacked))}h0`;
    })
    .join('');
}

/** 0, then below and above in turn. */
function offsetOf(before: number): number {
  return (before % 2 === 0 ? 1 : -1) * Math.ceil(before / 2) * apart;
}
