import test from 'ava';
import {nightlyMarkdown} from '../../report/nightly.ts';
import {makeResult, makeUpstream} from '../fakes/result.ts';
import {matchesGolden} from '../golden.ts';

test('a night shows every series, beside its earlier result where there is one', async t => {
  const summary = nightlyMarkdown({
    startedAt: '2025-01-02T03:04:00Z',
    arms: [
      {
        series: 'upstream',
        result: makeUpstream({run: 'tonight'}),
        earlier: makeUpstream({run: 'last-night'}),
        noise: null,
      },
      {series: 'gpa-map', result: makeResult(), earlier: null, noise: null},
      {series: 'draft', failure: 'series draft: 0001-x.patch does not apply: a.c, hunk 1 at line 7'},
    ],
  });
  await matchesGolden(t, 'nightly.md', summary);
});

test('a night in which all went as expected says so first', t => {
  const arms = [{series: 'gpa-map', result: makeResult(), earlier: null, noise: null}];
  const summary = nightlyMarkdown({startedAt: '2025-01-02T03:04:00Z', arms});
  t.regex(summary, /^# Night of 2025-01-02T03:04:00Z\n\nEvery series ended as expected\.\n/);
});
