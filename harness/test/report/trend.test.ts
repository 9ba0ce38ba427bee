import test from 'ava';
import {tracksOf} from '../../analysis/track.ts';
import {trendOf} from '../../analysis/trend.ts';
import {sparkline} from '../../report/sparkline.ts';
import {trendText} from '../../report/trend.ts';
import type {HistoryLine} from '../../result/history.ts';
import {eventfulTrack} from '../fakes/eventful-track.ts';
import {around, nightsOf} from '../fakes/history.ts';
import {matchesGolden} from '../golden.ts';

const eventful = eventfulTrack();

test('a track shows every metric, and between which results its level changed', async t => {
  await matchesGolden(t, 'trend.txt', `${trendText([eventful], false)}\n`);
});

test('the metrics that are asked for are shown with every result', async t => {
  const metrics = eventful.metrics.filter(({name}) => name === 'migration.total');
  await matchesGolden(t, 'trend-metric.txt', `${trendText([{...eventful, metrics}], true)}\n`);
});

test('too few results are said to be too few, and results that stay to stay', t => {
  const textOf = (lines: HistoryLine[]): string => trendText([trendOf(tracksOf(lines)[0]!)], false);
  t.regex(textOf(nightsOf([100])), /^1 result is too few to tell a change: it takes 11\.$/m);
  t.regex(textOf(nightsOf([100, 200])), /^migration\.total .* 2 of 11$/m);
  t.regex(textOf(nightsOf([100, 200])), /^2 results are too few to tell a change: it takes 11\.$/m);
  t.regex(textOf(nightsOf(around(100, 30))), /^No metric has changed its level\.$/m);
});

test('counts need no word on emulation', t => {
  const [track] = tracksOf(nightsOf([1, 2], 'oracle.lost'));
  t.notRegex(trendText([trendOf(track!)], false), /TCG/);
});

test('a row of bars goes from the least to the greatest value, and is flat where they hardly differ', t => {
  t.is(sparkline([0, 1, 2, 3, 4, 5, 6, 7]), '▁▂▃▄▅▆▇█');
  t.is(sparkline([100, 100.5, 101]), '▄▄▄');
  t.is(sparkline([0, 0]), '▄▄');
  t.is(sparkline([]), '');
});
