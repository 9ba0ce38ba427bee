import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {Event} from '../../base/events.ts';
import {Scope} from '../../base/scope.ts';
import {keepNight} from '../../commands/nightly.ts';
import {type TrendOptions, trendCommand} from '../../commands/trend.ts';
import type {Result} from '../../result/schema.ts';
import {complaintOf} from '../complaint.ts';
import {around, nightResult, nightsOf} from '../fakes/history.ts';
import {temporaryFolder} from '../folder.ts';

const plain: TrendOptions = {metric: [], json: false, failOnWorse: false};

/** Twenty nights as they were, and runs of further ones: three in which the migration takes longer, one of another series. */
const history = nightsOf(around(100, 20)).map(line => `${JSON.stringify(line)}\n`);
const slow = [20, 21, 22].map(index => nightResult(index, {'migration.total': [130 + index]}));
const other = nightResult(23, {'migration.total': [50], 'migration.rounds': [3]}, {series: 'upstream'});

async function repositoryWith(scope: Scope, lines: readonly string[]): Promise<string> {
  const runs = [...slow, other].map((result): [string, string] => [
    `results/${result.run}/arm.json`,
    JSON.stringify(result),
  ]);
  return temporaryFolder(scope, {'results/history.jsonl': lines.join(''), ...Object.fromEntries(runs)});
}

async function runTrend(repository: string, runs: readonly Result[], options: Partial<TrendOptions> = {}) {
  const events: Event[] = [];
  let text = '';
  const folders = runs.map(({run}) => path.join(repository, 'results', run));
  const code = await trendCommand(
    folders,
    {...plain, ...options},
    {
      repository,
      out: part => {
        text += part;
      },
      emit: event => events.push(event),
    },
  );
  return {code, text, events};
}

test('runs are appended once, and the tracks that they belong to shown', async t => {
  await using scope = new Scope();
  const repository = await repositoryWith(scope, history);
  const {code, text, events} = await runTrend(repository, slow.slice(0, 1));
  t.is(code, 0);
  t.regex(text, /^gpa-map under iova-churn .*\n21 results, 2025-01-01 .* to 2025-01-21/);
  t.like(events.at(-1), {kind: 'note'});
  t.regex((events.at(-1) as {message: string}).message, /history\.jsonl: 1 of 1 results are new$/);
  await runTrend(repository, slow.slice(0, 1));
  const kept = await readFile(path.join(repository, 'results/history.jsonl'), 'utf8');
  t.is(kept.split('\n').length, 22);
  t.notRegex((await runTrend(repository, [other])).text, /gpa-map/);
});

test('without a run all tracks are shown, or those that are asked for', async t => {
  await using scope = new Scope();
  const repository = await repositoryWith(scope, history);
  await runTrend(repository, [other]);
  t.regex((await runTrend(repository, [])).text, /^gpa-map under[\s\S]*^upstream under/m);
  t.notRegex((await runTrend(repository, [], {series: 'upstream'})).text, /gpa-map/);
  const {text} = await runTrend(repository, [], {metric: ['migration.rounds']});
  t.regex(text, /^upstream under[\s\S]*^migration\.rounds, count\nbegun +commit/m);
  t.notRegex(text, /gpa-map|migration\.total/);
});

test('with --fail-on-worse, a run that shows a metric to be worse ends with 1, and the next one does not', async t => {
  await using scope = new Scope();
  const repository = await repositoryWith(scope, history);
  const codes: number[] = [];
  for (const result of [...slow, other]) codes.push((await runTrend(repository, [result], {failOnWorse: true})).code);
  t.deepEqual(codes, [0, 0, 1, 0]);
  const again = await runTrend(repository, slow.slice(2), {failOnWorse: true});
  t.is(again.code, 1);
  t.regex(again.text, /^Worse by what was appended: gpa-map under .*: migration\.total$/m);
  t.is((await runTrend(repository, slow.slice(2))).code, 0);
});

test('JSON holds all figures and nothing else', async t => {
  await using scope = new Scope();
  const repository = await repositoryWith(scope, history);
  const {text} = await runTrend(repository, slow, {json: true});
  const {trends, worse} = JSON.parse(text);
  t.is(trends[0].metrics[0].points.length, 23);
  t.like(trends[0].metrics[0].changes[0], {kind: 'worse', first: 20});
  t.is(worse.length, 1);
});

test('a page is written, whole or not at all', async t => {
  await using scope = new Scope();
  const repository = await repositoryWith(scope, history);
  const page = path.join(repository, 'trend.html');
  t.is((await runTrend(repository, slow, {page})).code, 0);
  t.regex(await readFile(page, 'utf8'), /^<!doctype html>[\s\S]*worse: migration\.total[\s\S]*<\/html>\s*$/);
  const nowhere = path.join(repository, 'none/trend.html');
  const {message} = await complaintOf(t, runTrend(repository, [], {page: nowhere}), repository);
  t.regex(message, /none\/trend\.html: ENOENT/);
});

test('a history that was cut off is said to be', async t => {
  await using scope = new Scope();
  const repository = await repositoryWith(scope, [...history, history[0]!.slice(0, 50)]);
  const {events} = await runTrend(repository, []);
  t.like(events[0], {kind: 'warning'});
  t.regex((events[0] as {message: string}).message, /history\.jsonl: its last line is only a part of one/);
});

/** Asserts what is said of options that make no sense. */
const refuses = test.macro(async (t, lines: readonly string[], options: Partial<TrendOptions>, message: RegExp) => {
  await using scope = new Scope();
  const repository = await repositoryWith(scope, lines);
  t.regex((await complaintOf(t, runTrend(repository, [], options), repository)).message, message);
});

test(
  'an empty history has nothing to show',
  refuses,
  [],
  {},
  /^results\/history\.jsonl: there are no results in this history$/,
);
test(
  'an unknown metric is refused',
  refuses,
  history,
  {metric: ['migration.totl']},
  /^--metric migration\.totl: the history has no such metric; did you mean migration\.total\?$/,
);
test(
  'an unknown series is refused',
  refuses,
  history,
  {series: 'gpa-mop'},
  /^--series gpa-mop: .*; did you mean gpa-map\?$/,
);
test(
  'an unknown scenario is refused',
  refuses,
  history,
  {scenario: 'alias'},
  /^--scenario alias: the history has no such scenario$/,
);
test(
  'nothing can be worse where nothing is appended',
  refuses,
  history,
  {failOnWorse: true},
  /^--fail-on-worse says whether runs made something worse/,
);

/** Keeps the results of nights, one after the other, and gives what the last one showed. */
async function lastNight(t: ExecutionContext, lines: readonly string[], results: readonly Result[]) {
  await using scope = new Scope();
  const file = path.join(await repositoryWith(scope, lines), 'results/history.jsonl');
  const nights = [];
  for (const result of results) nights.push(await keepNight(file, result, {emit: () => {}}));
  t.is(nights.length, results.length);
  return nights.at(-1)!;
}

test('a night goes on with the track of its series, and says what became worse', async t => {
  const night = await lastNight(t, history, slow);
  t.true('worse' in night && night.trend.results.length === 23);
  t.deepEqual('worse' in night && night.worse, ['migration.total']);
  t.deepEqual(await lastNight(t, history, [other]).then(one => 'worse' in one && one.trend.series), 'upstream');
});

test('a night does not fail with its history', async t => {
  const night = await lastNight(t, ['wall\n'], slow.slice(0, 1));
  t.regex('failure' in night ? night.failure : '', /history\.jsonl:1:1 not JSON/);
});
