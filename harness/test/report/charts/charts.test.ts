import test from 'ava';
import type {Latencies} from '../../../analysis/latencies.ts';
import type {TimeLine} from '../../../analysis/time-line.ts';
import {curveChart} from '../../../report/charts/curves.ts';
import {latencyChart} from '../../../report/charts/latencies.ts';
import {partsChart} from '../../../report/charts/parts.ts';
import {stripChart} from '../../../report/charts/strips.ts';
import {extentOf, timeLineChart} from '../../../report/charts/time-line.ts';
import {type Drawing, drawingWidth} from '../../../report/html/figure.ts';
import {html} from '../../../report/html/html.ts';

const textOf = ({content}: Drawing): string => html`${content}`.text;

/** The points of every path of dots. */
function dotsOf(drawing: Drawing): [x: number, y: number][][] {
  return [...textOf(drawing).matchAll(/class="dots" d="([^"]*)"/g)].map(([, path]) =>
    [...path!.matchAll(/M([-\d.]+) ([-\d.]+)h0/g)].map(([, x, y]) => [Number(x), Number(y)]),
  );
}

const strip = (label: string, place: number, values: number[], median: number) => ({label, place, values, median});

test('every value is a dot in the row of its arm, and none lies upon another', t => {
  const drawing = stripChart([strip('a', 0, [5, 5, 5, 5, 9], 5), strip('<b>', 1, [7], 7)], 'ms');
  const [a, b] = dotsOf(drawing);
  t.is(a!.length, 5);
  t.is(new Set(a!.map(String)).size, 5);
  t.is(b!.length, 1);
  t.true(Math.max(...a!.map(([, y]) => y)) < b![0]![1]);
  for (const [x] of [...a!, ...b!]) t.true(x >= 0 && x <= drawingWidth);
  t.regex(textOf(drawing), />&lt;b&gt;</);
});

test('dots stand in the order of their values', t => {
  const [[first, second, third]] = dotsOf(stripChart([strip('a', 0, [30, 10, 20], 20)], 'ms')) as [[number, number][]];
  t.true(second![0] < third![0] && third![0] < first![0]);
});

const points = (...all: [size: number, ...values: number[]][]) =>
  all.map(([size, ...values]) => ({size, values, median: values[0]!}));

test('a curve has a dot for each trial, a mark and a corner of its line for each size', t => {
  const drawing = curveChart([{place: 1, points: points([1, 10, 11, 12], [10, 100], [100, 1000])}], {x: 'N', y: 'ms'});
  t.is(dotsOf(drawing)[0]!.length, 5);
  t.is(textOf(drawing).match(/<use class="point"/g)?.length, 3);
  const corners = /class="line"[^>]* d="M([^"]*)"/
    .exec(textOf(drawing))![1]!
    .split('L')
    .map(one => one.split(',').map(Number));
  const [[x1, y1], [x2, y2], [x3, y3]] = corners as [[number, number], [number, number], [number, number]];
  t.true(x1 < x2 && x2 < x3 && y1 > y2 && y2 > y3);
  t.is(Math.round(x2 - x1), Math.round(x3 - x2), 'equal factors are equally far apart');
});

test('a value of 0 makes its axis linear', t => {
  const drawn = (value: number) =>
    textOf(curveChart([{place: 0, points: points([1, value], [10, 5])}], {x: 'N', y: 'ms'}));
  t.regex(drawn(1), /ms, logarithmic/);
  t.notRegex(drawn(0), /ms, logarithmic/);
  t.regex(drawn(0), /N, logarithmic/);
});

const round = {bytes: 1, dirtyIoctls: 1};
const line: TimeLine = {
  trial: 0,
  totalMs: 1000,
  rounds: [
    {...round, round: 1, startMs: 0, durationMs: 600, dirtyPages: 0},
    {...round, round: 2, startMs: 600, durationMs: 400, dirtyPages: 500},
  ],
  churn: [
    {fromMs: -5000, toMs: -4900, perSecond: 9},
    {fromMs: 0, toMs: 500, perSecond: 1000},
    {fromMs: 500, toMs: 1000, perSecond: 0},
  ],
  blackout: {fromMs: 900, toMs: 1000},
  longestGap: {fromMs: 880, toMs: 1100},
};

const boxes = (drawing: Drawing, name: string) =>
  [
    ...textOf(drawing).matchAll(
      new RegExp(`class="${name}" x="([^"]*)" y="[^"]*" width="([^"]*)" height="([^"]*)"`, 'g'),
    ),
  ].map(([, x, width, height]) => ({x: Number(x), width: Number(width), height: Number(height)}));

test('a time line has a block for each round, as long as it took and as high as its dirty pages', t => {
  const drawing = timeLineChart(line, 0, extentOf([line]));
  const [first, second] = boxes(drawing, 'block');
  t.is(Math.round((first!.width / second!.width) * 10), 15);
  t.true(Math.abs(first!.x + first!.width - second!.x) < 0.2);
  t.true(first!.height < 2 && second!.height > 20);
});

test('the blackout is marked where it was, and said in ms', t => {
  const drawing = timeLineChart(line, 0, extentOf([line]));
  const [blackout] = boxes(drawing, 'blackout');
  const [, second] = boxes(drawing, 'block');
  t.true(Math.abs(blackout!.x + blackout!.width - (second!.x + second!.width)) < 0.2, 'it ends with the migration');
  t.is(Math.round(second!.width / blackout!.width), 4);
  t.regex(textOf(drawing), />blackout 100 ms</);
  t.is(boxes(timeLineChart({...line, blackout: null}, 0, extentOf([line])), 'blackout').length, 0);
});

test('what lies outside the drawing is left out, and time lines side by side have one extent', t => {
  const area = /class="area" d="([^"]*)"/.exec(textOf(timeLineChart(line, 0, extentOf([line]))))![1]!;
  t.is(area.split('H').length - 1, 2);
  t.true(extentOf([line, {...line, totalMs: 9000}]).toMs > 9000);
  t.is(extentOf([{...line, churn: null}]).mostPerSecond, 1);
});

const latencies = (p50: number, ...shares: number[]): Latencies => ({
  ...{count: 100, p50, p99: 8, max: 8},
  bins: shares.map((share, index) => ({from: 2 ** index, to: 2 ** (index + 1), share})),
});

test('a histogram steps up to the share of each bin, and down to the ground where one is empty', t => {
  const drawing = latencyChart(
    [{label: 'a', place: 0, before: latencies(2, 1), during: latencies(4, 0.5, 0, 0.5)}],
    'us',
  );
  const steps = [.../class="area" d="([^"]*)"/.exec(textOf(drawing))![1]!.matchAll(/V([\d.]+)/g)].map(([, y]) =>
    Number(y),
  );
  const [first, empty, last, end] = steps;
  t.is(first, last);
  t.true(empty! > first!);
  t.is(empty, end);
  t.regex(textOf(drawing), />p50 before 2, during 4</);
});

test('an arm that measured only one of both shows that', t => {
  const only = textOf(latencyChart([{label: 'a', place: 0, before: null, during: latencies(4, 1)}], 'us'));
  t.regex(only, />p50 during 4</);
  t.notRegex(only, /class="thin"/);
});

test('the parts of a bar stand side by side, and the big lock has a line below it', t => {
  const parts = {
    ...{qemu: 10, kernel: 20, lockWaited: 30, lockHeld: 40, total: 100},
    ...{othersWaited: 0, othersWaits: 0, othersLongest: 0, bqlHeld: 50, bqlWaited: 0, unit: 'us'},
  };
  const drawn = textOf(partsChart([{label: 'a', place: 0, parts}], 'time'));
  const bars = [...drawn.matchAll(/<rect class="thin (\w+)" x="([\d.]+)" y="\d+" width="([\d.]+)"/g)];
  const [, , left, width] = [...bars[0]!].map(Number);
  t.deepEqual(
    bars.map(([, look]) => look),
    ['hollow', 'area', 'waited', 'point'],
  );
  const widths = bars.map(([, , , one]) => Math.round(Number(one) / width!));
  t.deepEqual(widths, [1, 2, 3, 4]);
  t.deepEqual(
    bars.map(([, , x]) => Math.round((Number(x) - left!) / width!)),
    [0, 1, 3, 6],
  );
  const line = /<path class="median" d="M([\d.]+) \d+H([\d.]+)"/.exec(drawn)!;
  t.is(Math.round((Number(line[2]) - Number(line[1])) / width!), 5);
  t.regex(drawn, />100 µs</);
});
