import {scaleUtc} from 'd3-scale';
import {round} from '../html/axis.ts';
import {type Html, html} from '../html/html.ts';

/** Where a moment stands along an axis, in units of a drawing, and the moments to be named there. */
export type DateScale = {
  readonly range: readonly [from: number, to: number];
  readonly at: (moment: string) => number;
  readonly ticks: readonly {readonly at: number; readonly name: string}[];
};

/** A named moment takes about so much room. */
const roomOfTick = 100;

/** Moments that lie closer together than this are told apart by the time of day, in ms. */
const shortSpan = 3 * 24 * 60 * 60 * 1000;

/** An axis for moments, each as ISO 8601 has it. */
export function dateScale(moments: readonly string[], range: readonly [number, number]): DateScale {
  const times = moments.map(moment => Date.parse(moment));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const isShort = last - first < shortSpan;
  // A scale of a single moment would have no length.
  const scale = scaleUtc(first === last ? [first - shortSpan / 6, last + shortSpan / 6] : [first, last], range);
  const ticks = scale.ticks(Math.max(2, Math.floor((range[1] - range[0]) / roomOfTick)));
  return {
    range,
    at: moment => scale(Date.parse(moment)),
    ticks: ticks.map(tick => ({at: scale(tick), name: nameOf(tick, isShort)})),
  };
}

/** An axis of dates at the bottom, from `top` on: named ticks with lines up to `from`. */
export function dateAxis({range, ticks}: DateScale, {top, from}: {readonly top: number; readonly from: number}): Html {
  return html`<path class="grid" d="${ticks.map(({at}) => `M${round(at)} ${from}V${top}`).join('')}"/>
    <path class="axis" d="M${range[0]} ${top}H${range[1]}"/>
    ${ticks.map(({at, name}) => html`<text class="muted middle" x="${round(at)}" y="${top + 15}">${name}</text>`)}
    <text class="muted end" x="${range[1]}" y="${top + 32}">begun, UTC</text>
    `;
}

function nameOf(moment: Date, isShort: boolean): string {
  const text = moment.toISOString();
  return isShort ? text.slice(5, 16).replace('T', ' ') : text.slice(0, 10);
}
