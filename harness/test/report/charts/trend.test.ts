import test from 'ava';
import type {MetricTrend} from '../../../analysis/trend.ts';
import {dateAxis, dateScale} from '../../../report/charts/date-axis.ts';
import {trendChart} from '../../../report/charts/trend.ts';
import {html} from '../../../report/html/html.ts';
import {eventfulTrack} from '../../fakes/eventful-track.ts';

const track = eventfulTrack();
const metricOf = (name: string): MetricTrend => track.metrics.find(metric => metric.name === name)!;
const drawingOf = (metric: MetricTrend): string => html`${trendChart(metric, track).content}`.text;

test('every result is a point that names its day, commit and figures; one that went wrong is hollow', t => {
  const drawing = drawingOf(metricOf('migration.total'));
  t.is(drawing.match(/<circle /g)?.length, 36);
  t.is(drawing.match(/<circle class="thin hollow"/g)?.length, 1);
  t.regex(drawing, /<circle class="point"[^>]*><title>2025-01-01 \(0123abc\): 1,505 \[1,500 … 1,509\]<\/title>/);
  t.notRegex(drawing, /NaN|undefined|Infinity/);
});

test('results stand in the order of time, and lower values lower', t => {
  const drawing = drawingOf(metricOf('migration.total'));
  const places = [...drawing.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)].map(
    ([, x, y]) => [Number(x), Number(y)] as const,
  );
  const across = places.map(([x]) => x);
  t.deepEqual(
    across,
    across.toSorted((a, b) => a - b),
  );
  t.true(places[0]![1] > places.at(-1)![1]);
});

test('a change is a dashed line between its results, with a line for the level on both sides', t => {
  const drawing = drawingOf(metricOf('migration.total'));
  t.regex(
    drawing,
    /<g class="worse"><title>2025-01-13 \(fffffff\+\): worse: migration\.total, 1,512 → 1,613 ms, 1\.067×<\/title>/,
  );
  t.regex(drawing, /<text class="start"[^>]*>worse 1\.067×<\/text>/);
  const [, x] = /stroke-dasharray="4 2" d="M([\d.]+) /.exec(drawing)!;
  const across = [...drawing.matchAll(/cx="([\d.]+)"/g)].map(([, at]) => Number(at));
  t.true(across[11]! < Number(x) && Number(x) < across[12]!);
  t.is(/stroke-width="2" d="([^"]*)"/.exec(drawing)?.[1]?.match(/M/g)?.length, 2);
});

test('a metric that did not change has neither', t => {
  t.notRegex(drawingOf(metricOf('oracle.lost')), /stroke-dasharray|stroke-width="2"|worse|better/);
});

test('a single result can be drawn', t => {
  const {points, ...metric} = metricOf('migration.total');
  const drawing = drawingOf({...metric, points: points.slice(0, 1), changes: []});
  t.is(drawing.match(/<circle /g)?.length, 1);
  t.notRegex(drawing, /NaN/);
});

/** Asserts what an axis of these moments names. */
const names = test.macro((t, moments: string[], ticks: RegExp) => {
  const scale = dateScale(moments, [0, 400]);
  t.true(scale.ticks.length >= 2);
  for (const {name, at} of scale.ticks) {
    t.regex(name, ticks);
    t.true(at >= 0 && at <= 400);
  }
  t.true(html`${dateAxis(scale, {top: 100, from: 0})}`.text.includes('UTC'));
});

test('weeks are named by day', names, ['2025-01-01T02:00:00Z', '2025-02-10T02:00:00Z'], /^2025-\d\d-\d\d$/);
test('hours by the time of day', names, ['2025-01-01T02:00:00Z', '2025-01-01T20:00:00Z'], /^01-0\d \d\d:\d\d$/);
test('a single moment has an axis too', names, ['2025-01-01T02:00:00Z'], /^\d\d-\d\d \d\d:\d\d$/);
