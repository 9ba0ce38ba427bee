import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {readContinuation} from '../../commands/continue.ts';
import {measured} from '../../result/metrics.ts';
import type {Result} from '../../result/schema.ts';
import {joinMetrics} from '../../result/trials.ts';
import {readScenario} from '../../scenario/read.ts';
import type {Scenario} from '../../scenario/schema.ts';
import {complaintOf} from '../complaint.ts';
import {makeResult, oncePerTrial, trial, withProvenance} from '../fakes/result.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

const scenario: Scenario = await readScenario(path.join(root, 'scenarios/iova-churn.yaml'), []);

const arm = (series: string, ...outcomes: Result['outcome'][]): Result =>
  makeResult({
    series,
    scenario,
    trials: outcomes.map((outcome, index) => ({...trial, index, outcome})),
    metrics: [
      oncePerTrial(
        'migration.total',
        outcomes.map((_, index) => index),
      ),
    ],
  });

async function folderOf(scope: Scope, ...results: Result[]): Promise<string> {
  return temporaryFolder(
    scope,
    Object.fromEntries(results.map(result => [`${result.series}.json`, JSON.stringify(result)])),
  );
}

test('a run goes on with its own scenario, and so many trials more', async t => {
  await using scope = new Scope();
  const folder = await folderOf(scope, arm('a', 'passed', 'passed'), arm('b', 'passed', 'lost-pages'));
  const {earlier, scenario: next} = await readContinuation(folder, 'iova-churn', 3);
  t.deepEqual(next, {sweep: {}, cells: [{values: {}, scenario: {...scenario, repeat: 5}}]});
  t.deepEqual(
    earlier.results.map(({trials}) => trials.length),
    [2, 2],
  );
});

test('a trial that was interrupted does not count, and its values go with it', async t => {
  await using scope = new Scope();
  const folder = await folderOf(scope, arm('a', 'passed', 'passed'), arm('b', 'passed', 'interrupted'));
  const {earlier, scenario: next} = await readContinuation(folder, 'iova-churn', 0);
  t.is(next.cells[0].scenario.repeat, 2);
  const [, second] = earlier.results;
  t.is(second?.trials.length, 1);
  t.like(second?.metrics[0], {values: [0], counts: [1]});
});

test('trials of another build, and on another machine, are refused with the reason', async t => {
  await using scope = new Scope();
  const then = arm('a', 'passed');
  const {earlier} = await readContinuation(await folderOf(scope, then), 'iova-churn', 1);
  t.notThrows(() => earlier.check(then, {...then, scenario: {...then.scenario, repeat: 9}}));
  const {kernel, host} = then.provenance;
  const patched = withProvenance(then, {kernel: {...kernel, patches: []}});
  t.like(
    t.throws(() => earlier.check(then, patched)),
    {exitCode: 3, message: `the run cannot go on\na: patches was ${'b'.repeat(8)}, and is `},
  );
  const elsewhere = withProvenance(then, {host: {...host, cores: 64}});
  t.regex(t.throws(() => earlier.check(then, elsewhere)).message, /a: host cores was 2, and is 64/);
});

test('a sweep goes on with all its cells, those too of which there is no file yet', async t => {
  await using scope = new Scope();
  const sweep = {liveMappings: [64, 128], guestIommu: ['strict', 'lazy']};
  const cell = {liveMappings: 64, guestIommu: 'strict'};
  const begun = {...arm('a', 'passed'), scenario: {...scenario, ...cell}, cell, sweep};
  const {scenario: next} = await readContinuation(await folderOf(scope, begun), 'iova-churn', 1);
  t.deepEqual(next.sweep, sweep);
  const cells = [
    {liveMappings: 64, guestIommu: 'strict'},
    {liveMappings: 64, guestIommu: 'lazy'},
    {liveMappings: 128, guestIommu: 'strict'},
    {liveMappings: 128, guestIommu: 'lazy'},
  ] as const;
  t.deepEqual(
    next.cells,
    cells.map(values => ({values, scenario: {...scenario, ...values, repeat: 2}})),
  );
});

const refused = test.macro(async (t, result: Result, name: string, pattern: RegExp) => {
  await using scope = new Scope();
  const folder = await folderOf(scope, result);
  t.regex((await complaintOf(t, readContinuation(folder, name, 1), folder)).message, pattern);
});

const {counts: _, ...countless} = oncePerTrial('migration.total', [1]);
test('a run of another scenario', refused, arm('a', 'passed'), 'alias', /is a run of iova-churn, not of alias$/);
test(
  'a run of an older harness',
  refused,
  {...arm('a', 'passed'), metrics: [countless]},
  'iova-churn',
  /did not say which trial gave which value$/,
);
test(
  'a scenario of another harness',
  refused,
  makeResult({metrics: []}),
  'iova-churn',
  /its scenario is not one of this harness$/,
);

test('a folder without results is named', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {});
  t.regex((await complaintOf(t, readContinuation(folder, 'iova-churn', 1), folder)).message, /no results$/);
});

test('metrics of earlier and later trials stand in one row, with a gap where a trial gave none', t => {
  const earlier = arm('a', 'passed', 'passed');
  const joined = joinMetrics(earlier, [measured('vfio.sync_time', [[5, 6]])], 1);
  t.deepEqual(
    joined.map(({name, values, counts}) => ({name, values, counts})),
    [
      {name: 'migration.total', values: [0, 1], counts: [1, 1, 0]},
      {name: 'vfio.sync_time', values: [5, 6], counts: [0, 0, 2]},
    ],
  );
});
