import {type Html, html} from './html.ts';
import {type Scale, tickText} from './scale.ts';

/** What an axis is called: its quantity with its unit. */
export type AxisTitle = string;

/** Half a letter and a little: to put a text beside a line. */
const gap = 6;

/** The least room between two names along an axis. */
const between = 10;

/** The height that an axis at the bottom takes, with its title. */
export const bottomAxisHeight = 38;

/** Where an axis at the bottom lies, and from where on, downwards, its lines begin. */
export type BottomAxis = {readonly top: number; readonly title: AxisTitle; readonly from?: number};

/** An axis at the bottom: lines down to it, named ticks, and a title below them. */
export function bottomAxis(scale: Scale, {top, title, from: begin = 0}: BottomAxis): Html {
  const [from, to] = scale.range;
  return html`<path class="grid" d="${scale.ticks.map(tick => `M${round(scale.at(tick))} ${begin}V${top}`).join('')}"/>
    <path class="axis" d="M${from} ${top}H${to}"/>
    ${named(scale).map(
      tick =>
        html`<text class="muted ${anchorAt(scale.at(tick), scale)}" x="${round(scale.at(tick))}" y="${top + 15}">${tickText(tick)}</text>`,
    )}
    <text class="muted end" x="${to}" y="${top + 32}">${titleOf(scale, title)}</text>
    `;
}

/** An axis at the left, at `x`: named ticks with lines to `end`, and a title on top of it. */
export function leftAxis(
  scale: Scale,
  {x, end, title}: {readonly x: number; readonly end: number; readonly title: AxisTitle},
): Html {
  return html`<path class="grid" d="${scale.ticks.map(tick => `M${x} ${round(scale.at(tick))}H${end}`).join('')}"/>
    ${scale.ticks.map(
      tick => html`<text class="muted end" x="${x - gap}" y="${round(scale.at(tick)) + 4}">${tickText(tick)}</text>`,
    )}
    <text class="muted" x="0" y="${Math.min(...scale.range) - 12}">${titleOf(scale, title)}</text>
    `;
}

/** A coordinate with one digit behind the point. */
export function round(coordinate: number): number {
  return Math.round(coordinate * 10) / 10;
}

function titleOf({kind}: Scale, title: AxisTitle): string {
  return kind === 'log' ? `${title}, logarithmic` : title;
}

/** About how wide a letter is. */
const letter = 7.5;

type Anchor = 'start' | 'middle' | 'end';

/** The ticks whose names do not run into one another. */
function named(scale: Scale): number[] {
  let taken = Number.NEGATIVE_INFINITY;
  return scale.ticks.filter(tick => {
    const width = tickText(tick).length * letter;
    const start = scale.at(tick) - {start: 0, middle: width / 2, end: width}[anchorAt(scale.at(tick), scale)];
    if (start < taken + between) return false;
    taken = start + width;
    return true;
  });
}

/** A name at the very edge of a drawing is kept within it. */
function anchorAt(x: number, {range: [from, to]}: Scale): Anchor {
  if (to - x < letter) return 'end';
  return x - from < letter && from < letter * 2 ? 'start' : 'middle';
}
