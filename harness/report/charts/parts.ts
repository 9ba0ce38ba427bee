import type {Parts} from '../../analysis/breakdown.ts';
import {bottomAxis, bottomAxisHeight, round} from '../html/axis.ts';
import {type Drawing, drawingWidth} from '../html/figure.ts';
import {type Html, html} from '../html/html.ts';
import {markOf} from '../html/marks.ts';
import {linearScale, type Scale} from '../html/scale.ts';
import {figure} from '../number.ts';

/** An arm and where its time went. */
export type PartsRow = {readonly label: string; readonly place: number; readonly parts: Parts};

/** How the parts of a bar look, from its left end on: emptier or fuller, not of other colours. */
export const partLooks = [
  {part: 'qemu', look: 'hollow', words: 'empty, QEMU'},
  {part: 'kernel', look: 'area', words: 'light, calls to type1, without its lock'},
  {part: 'lockWaited', look: 'waited', words: 'darker in a dashed outline, waiting for iommu->lock'},
  {part: 'lockHeld', look: 'point', words: 'full, holding iommu->lock'},
] as const;

const rowHeight = 52;
const wordsAt = 13;
const barAt = 20;
const barHeight = 14;
const bigLockAt = 41;
const margin = 8;

/** Draws a bar of its parts for each arm, and below it a line as long as QEMU's big lock was held. */
export function partsChart(rows: readonly PartsRow[], axisTitle: string): Drawing {
  const most = Math.max(...rows.map(({parts}) => Math.max(parts.total, parts.bqlHeld)));
  const scale = linearScale([0, most], [margin, drawingWidth - margin]);
  const top = rows.length * rowHeight;
  return {
    height: top + bottomAxisHeight,
    content: [bottomAxis(scale, {top, title: axisTitle}), rows.map((row, at) => rowOf(row, scale, at * rowHeight))],
  };
}

function rowOf({label, place, parts}: PartsRow, {at}: Scale, top: number): Html {
  let from = 0;
  const bars = partLooks.map(({part, look}) => {
    const [left, right] = [at(from), at(from + parts[part])];
    from += parts[part];
    return html`<rect class="thin ${look}" x="${round(left)}" y="${top + barAt}" width="${round(right - left)}" height="${barHeight}"/>`;
  });
  return html`<g class="${markOf(place).className}">
    <text x="0" y="${top + wordsAt}">${label}</text>
    <text class="muted end" x="${drawingWidth}" y="${top + wordsAt}">${figure(parts.total)} ${parts.unit === 'us' ? 'µs' : parts.unit}</text>
    ${bars}
    <path class="median" d="M${round(at(0))} ${top + bigLockAt}H${round(at(parts.bqlHeld))}"/>
    </g>`;
}
