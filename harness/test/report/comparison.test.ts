import test from 'ava';
import {compare} from '../../analysis/compare.ts';
import {comparisonMarkdown} from '../../report/markdown.ts';
import {comparisonText} from '../../report/text.ts';
import {measured} from '../../result/metrics.ts';
import type {Result} from '../../result/schema.ts';
import {makeResult, makeUpstream, trial} from '../fakes/result.ts';
import {matchesGolden} from '../golden.ts';

const shows = test.macro(async (t, name: string, base: Result, ...others: Result[]) => {
  const comparison = compare(base, others);
  await matchesGolden(t, `${name}.txt`, comparisonText(comparison));
  await matchesGolden(t, `${name}.md`, comparisonMarkdown(comparison));
});

const failed = makeResult({
  series: 'controls/unmap-forgets',
  outcome: 'boot-failed',
  expected: {outcomes: ['lost-pages'], reason: 'it forgets'},
  asExpected: false,
  trials: [{...trial, outcome: 'boot-failed', reason: 'l2: no answer | within 60 s', oracle: null}],
  metrics: [],
});

const warned = makeResult({
  outcome: 'guest-crashed',
  asExpected: false,
  trials: [{...trial, outcome: 'guest-crashed', reason: 'source: BUG: one\n Call Trace:\n  two'}],
  warnings: ['the trace lost 12 events', 'one', 'two\nand its trace', 'three', 'four'],
});

test('two arms stand side by side', shows, 'two-arms', makeUpstream(), makeResult());
test('warnings are shown, but not all, and of a long report only the head', shows, 'warnings', makeUpstream(), warned);
test('one arm stands alone', shows, 'one-arm', makeResult());
test('an arm without figures stands beside the others', shows, 'failed-arm', makeUpstream(), makeResult(), failed);
test(
  'arms that do not compare say why, and KVM needs no footnote',
  shows,
  'not-comparable',
  makeUpstream({accelerator: 'kvm'}),
  makeResult({accelerator: 'kvm', scenario: {...makeResult().scenario, liveMappings: 64}}),
);

test('an arm without a guest says what the programs in L1 found', t => {
  const log = {
    tracking: 'gpa',
    wrong: false,
    finding: '',
    gets: 4,
    falselyDirty: 0,
    reported: 3,
    reproducer: [],
  } as const;
  const random = {...trial, oracle: null, log: {...log, reproducer: [], steps: 1000, missing: 2}};
  const table = {...trial, oracle: null, ktap: {passed: 7, failed: 1, skipped: 2, failures: []}};
  const said = (one: Result['trials'][number]) => comparisonText(compare(makeResult({trials: [one, one]}), []));
  t.regex(said(random), /^gpa-map {2}passed, as expected; 2000 steps, 4 pages missing in 2 trials$/m);
  t.regex(said(table), /^gpa-map {2}passed, as expected; 16 tests, 2 failed in 2 trials$/m);
});

test('the ratio that stands beside an interval is that of the medians of trials', t => {
  const of = (...trials: number[][]) => makeResult({metrics: [measured('vfio.sync_time', trials)]});
  // The median of all values is 1 in both.
  const text = comparisonText(compare(of([1, 1, 1, 1], [2], [2]), [of([1, 1, 1, 1, 1, 1], [4], [4])]));
  t.regex(text, / 2× \[0\.5 … 4\] /);
});
