import type {Latencies} from '../../analysis/latencies.ts';
import {bottomAxis, bottomAxisHeight, round} from '../html/axis.ts';
import {type Drawing, drawingWidth} from '../html/figure.ts';
import {type Content, type Html, html} from '../html/html.ts';
import {markOf} from '../html/marks.ts';
import {logScale, type Scale} from '../html/scale.ts';
import {figure} from '../number.ts';

/** The latencies of an operation under one arm. */
export type LatencyRow = {
  readonly label: string;
  readonly place: number;
  readonly before: Latencies | null;
  readonly during: Latencies | null;
};

const rowHeight = 86;
const wordsAt = 13;
const [panelTop, panelBottom] = [24, 76];
const margin = 42;

/** Shares below this are not told from nothing: one operation in a hundred thousand. */
const leastShare = 1e-5;

/** Draws the histograms of an operation before tracking (an outline of dashes) and during it (an area), an arm a row. */
export function latencyChart(rows: readonly LatencyRow[], axisTitle: string): Drawing {
  const all = rows.flatMap(({before, during}) => [before, during]).filter(one => one !== null);
  const edges = all.flatMap(({bins}) => [bins[0]!.from, bins.at(-1)!.to]);
  const x = logScale(edges, [margin, drawingWidth - 8]);
  const lowest = Math.min(...all.flatMap(({bins}) => bins.map(({share}) => share).filter(share => share > 0)), 0.1);
  const y = logScale([Math.max(leastShare, lowest / 2), 1], [panelBottom, panelTop]);
  const top = rows.length * rowHeight;
  return {
    height: top + bottomAxisHeight,
    content: [bottomAxis(x, {top, title: axisTitle}), rows.map((row, index) => rowOf(row, {x, y}, index * rowHeight))],
  };
}

type Scales = {readonly x: Scale; readonly y: Scale};

function rowOf({label, place, before, during}: LatencyRow, {x, y}: Scales, top: number): Html {
  return html`<g class="${markOf(place).className}" transform="translate(0 ${top})">
    <text x="0" y="${wordsAt}">${label}</text>
    <text class="muted end" x="${drawingWidth}" y="${wordsAt}">${medians(before, during)}</text>
    ${shareTicks(y)}
    <path class="grid" d="M${margin} ${panelBottom}H${x.range[1]}"/>
    ${during && html`<path class="area" d="${outline(during, {x, y})}Z"/>${medianLine(during, x, 'none')}`}
    ${before && html`<path class="thin" stroke-dasharray="4 2" d="${outline(before, {x, y})}"/>${medianLine(before, x, '4 2')}`}
    </g>`;
}

function medians(before: Latencies | null, during: Latencies | null): string {
  const words = [
    ...(before ? [`before ${figure(before.p50)}`] : []),
    ...(during ? [`during ${figure(during.p50)}`] : []),
  ];
  return words.length === 0 ? 'nothing measured' : `p50 ${words.join(', ')}`;
}

function shareTicks(y: Scale): Content {
  return [1, 0.01].map(
    share => html`<text class="muted end" x="${margin - 3}" y="${round(y.at(share)) + 5}">${share * 100}%</text>`,
  );
}

/** The upper edge of a histogram; empty bins reach down to the bottom. */
function outline({bins}: Latencies, {x, y}: Scales): string {
  const height = (share: number): number => (share === 0 ? panelBottom : round(Math.min(panelBottom, y.at(share))));
  const steps = bins.map(({to, share}) => `V${height(share)}H${round(x.at(to))}`);
  return `M${round(x.at(bins[0]!.from))} ${panelBottom}${steps.join('')}V${panelBottom}`;
}

function medianLine({p50}: Latencies, x: Scale, dash: string): Html {
  return html`<path class="median" stroke-dasharray="${dash}" d="M${round(x.at(p50))} ${panelBottom}v8"/>`;
}
