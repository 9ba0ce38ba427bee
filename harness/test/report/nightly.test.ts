import test from 'ava';
import {historyLine} from '../../analysis/history-line.ts';
import {tracksOf} from '../../analysis/track.ts';
import {trendOf} from '../../analysis/trend.ts';
import {isWell, type NightArm, type NightTrend, nightlyMarkdown} from '../../report/nightly.ts';
import type {HistoryLine} from '../../result/history.ts';
import {around, nightsOf} from '../fakes/history.ts';
import {makeResult, makeUpstream} from '../fakes/result.ts';
import {matchesGolden} from '../golden.ts';

const trendIn = (lines: readonly HistoryLine[], ...worse: string[]): NightTrend => ({
  trend: trendOf(tracksOf(lines)[0]!),
  worse,
});
const first: NightArm = {
  series: 'gpa-map',
  result: makeResult(),
  earlier: null,
  noise: null,
  trend: trendIn([historyLine(makeResult())]),
};

test('a night shows every series, beside its earlier result where there is one, and its history', async t => {
  const slower = nightsOf([...around(100, 10), ...around(110, 10)]);
  const summary = nightlyMarkdown({
    startedAt: '2025-01-02T03:04:00Z',
    arms: [
      {
        series: 'upstream',
        result: makeUpstream({run: 'tonight'}),
        earlier: makeUpstream({run: 'last-night'}),
        noise: null,
        trend: trendIn(slower, 'migration.total'),
      },
      first,
      {...first, series: 'gpa-fold', trend: {failure: 'history.jsonl:7:1 the file is cut off here'}},
      {series: 'draft', failure: 'series draft: 0001-x.patch does not apply: a.c, hunk 1 at line 7'},
    ],
  });
  await matchesGolden(t, 'nightly.md', summary);
});

test('a night in which all went as expected says so first', t => {
  const summary = nightlyMarkdown({startedAt: '2025-01-02T03:04:00Z', arms: [first]});
  t.regex(summary, /^# Night of 2025-01-02T03:04:00Z\n\nEvery series ended as expected\.\n\n\| series/);
});

test('a series is well if it ended as expected, and nothing became worse, and there is a history', t => {
  t.true(isWell(first));
  t.false(isWell({...first, result: makeResult({asExpected: false})}));
  t.false(isWell({...first, trend: trendIn([historyLine(makeResult())], 'migration.total')}));
  t.false(isWell({...first, trend: {failure: 'no room'}}));
  t.false(isWell({series: 'draft', failure: 'does not apply'}));
});
