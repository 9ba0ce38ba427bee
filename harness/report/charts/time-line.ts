import type {Span, TimeLine} from '../../analysis/time-line.ts';
import {bottomAxis, bottomAxisHeight, leftAxis, round} from '../html/axis.ts';
import {type Drawing, drawingWidth} from '../html/figure.ts';
import {type Content, type Html, html} from '../html/html.ts';
import {markOf} from '../html/marks.ts';
import {linearScale, type Scale} from '../html/scale.ts';

/** What the axes of time lines share, so that those of several arms compare. */
export type TimeLineExtent = Span & {readonly mostPerSecond: number; readonly mostDirty: number};

const left = 54;
const right = 10;
/** Where the two panels lie: the churn above, the rounds below. */
const churnPanel = [50, 140] as const;
const roundPanel = [185, 255] as const;
const bottom = 263;
/** The blackout reaches above the panels, up to its name. */
const blackoutTop = 18;

/** The extent of all time lines that are shown side by side. */
export function extentOf(lines: readonly TimeLine[]): TimeLineExtent {
  const churn = lines.flatMap(line => line.churn ?? []);
  const ends = lines.flatMap(({totalMs, longestGap}) => [totalMs, longestGap?.toMs ?? 0]);
  const longest = Math.max(...ends);
  return {
    fromMs: -longest / 8,
    toMs: longest * 1.08,
    mostPerSecond: Math.max(...churn.map(({perSecond}) => perSecond), 1),
    mostDirty: Math.max(...lines.flatMap(({rounds}) => rounds.map(({dirtyPages}) => dirtyPages)), 1),
  };
}

/** Draws a migration: operations per second above, the rounds with their dirty pages below, and the blackout over both. */
export function timeLineChart(line: TimeLine, place: number, extent: TimeLineExtent): Drawing {
  const x = linearScale([extent.fromMs, extent.toMs], [left, drawingWidth - right]);
  const churn = linearScale([0, extent.mostPerSecond], [churnPanel[1], churnPanel[0]]);
  const dirty = linearScale([0, extent.mostDirty], [roundPanel[1], roundPanel[0]]);
  const end = drawingWidth - right;
  const content = html`${leftAxis(churn, {x: left, end, title: 'operations per second'})}
    ${leftAxis(dirty, {x: left, end, title: 'dirty pages of each round'})}
    ${bottomAxis(x, {top: bottom, title: 'ms from the start of the migration', from: churnPanel[0]})}
    <g class="${markOf(place).className}">${churnArea(line, x, churn)}${roundBlocks(line, x, dirty)}</g>
    ${blackout(line, x)}
    ${gapLine(line, x)}`;
  return {height: bottom + bottomAxisHeight, content};
}

/** A step for each interval, as far as it lies within the drawing. */
function churnArea({churn}: TimeLine, x: Scale, y: Scale): Content {
  if (churn === null) return null;
  const [from, to] = x.range;
  const within = (ms: number): number => round(Math.min(Math.max(x.at(ms), from), to));
  const shown = churn.filter(({fromMs, toMs}) => x.at(toMs) > from && x.at(fromMs) < to);
  const [first] = shown;
  if (first === undefined) return null;
  const steps = shown.map(({toMs, perSecond}) => `V${round(y.at(perSecond))}H${within(toMs)}`);
  return html`<path class="area" d="M${within(first.fromMs)} ${churnPanel[1]}${steps.join('')}V${churnPanel[1]}Z"/>`;
}

/** A block for each round, as high as the pages it found dirty. */
function roundBlocks({rounds}: TimeLine, x: Scale, y: Scale): Html[] {
  let taken = Number.NEGATIVE_INFINITY;
  return rounds.map(({round: number, startMs, durationMs, dirtyPages}) => {
    const [from, to] = [x.at(startMs), x.at(startMs + durationMs)];
    const height = Math.max(1.5, y.at(0) - y.at(dirtyPages));
    const middle = (from + to) / 2;
    const isNamed = middle - taken > 16;
    if (isNamed) taken = middle;
    return html`<rect class="block" x="${round(from)}" y="${round(y.at(0) - height)}" width="${round(Math.max(1.5, to - from))}" height="${round(height)}"/>${
      isNamed && html`<text class="middle" x="${round(middle)}" y="${round(y.at(0) - height - 4)}">${number}</text>`
    }`;
  });
}

function blackout({blackout: span}: TimeLine, x: Scale): Content {
  if (span === null) return null;
  const [from, to] = [x.at(span.fromMs), x.at(span.toMs)];
  return html`<rect class="blackout" x="${round(from)}" y="${blackoutTop}" width="${round(to - from)}" height="${bottom - blackoutTop}"/>
    <text class="end alarm" x="${round(Math.max(to, 130))}" y="${blackoutTop - 5}">blackout ${Math.round(span.toMs - span.fromMs)} ms</text>`;
}

/** A bar over the longest time in which the guest saw nothing completed. */
function gapLine({longestGap: span}: TimeLine, x: Scale): Content {
  if (span === null) return null;
  const [from, to] = [round(x.at(span.fromMs)), round(x.at(span.toMs))];
  return html`<path class="axis" d="M${from} 44v-6H${to}v6"/>`;
}
