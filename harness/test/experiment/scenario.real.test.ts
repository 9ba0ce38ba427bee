import test, {type ExecutionContext} from 'ava';
import {Scope} from '../../base/scope.ts';
import {readResult} from '../../result/read.ts';
import type {Result} from '../../result/schema.ts';
import {runHarness} from '../cli.ts';
import {temporaryFolder} from '../folder.ts';

/** Runs a scenario as a user does, and reads what it left. Fails with the harness' own words. */
async function runScenario(
  t: ExecutionContext,
  scope: Scope,
  argv: readonly string[],
  scenario = 'iova-churn',
): Promise<{exitCode: number; stderr: string; results: Record<string, Result>; files: string[]}> {
  const out = await temporaryFolder(scope, {});
  const {exitCode, stdout, stderr} = await runHarness(['scenario', scenario, '--json', '--out', out, ...argv]);
  if (stdout === '') t.fail(stderr);
  const {results: files} = JSON.parse(stdout) as {results: Record<string, string>};
  const read = await Promise.all(
    Object.entries(files).map(async ([series, file]) => [series, await readResult(file)] as const),
  );
  for (const [series, {outcome, trials}] of read) t.log(`${series}: ${outcome} ${trials[0]?.reason ?? ''}`);
  return {exitCode, stderr, results: Object.fromEntries(read), files: Object.values(files)};
}

function values(result: Result | undefined, name: string): readonly number[] {
  return result?.metrics.find(metric => metric.name === name)?.values ?? [];
}

test('upstream, gpa-map and the control migrate under churn, and end as their series expect', async t => {
  await using scope = new Scope();
  const series = ['upstream', 'gpa-map', 'controls/unmap-forgets'];
  const {exitCode, results, files} = await runScenario(t, scope, ['--series', series.join(',')]);
  t.is(exitCode, 0);
  const {upstream, 'gpa-map': gpa, 'controls/unmap-forgets': control} = results;

  for (const result of [upstream, gpa, control]) {
    t.is(result?.trials[0]?.migration?.status, 'completed');
    t.true((result?.trials[0]?.oracle?.checked ?? 0) > 100, 'the device wrote to many pages');
    t.true(values(result, 'vfio.dirty_ioctls_per_sync').length >= 2, 'there are two syncs at least');
  }
  t.is(gpa?.outcome, 'passed');
  t.is(gpa?.trials[0]?.oracle?.lost, 0);
  t.is(control?.outcome, 'lost-pages');
  t.true((control?.trials[0]?.oracle?.first.length ?? 0) > 0, 'lost pages are listed');

  // The figure that the proposal is about: queries per sync do not depend on the live mappings.
  t.deepEqual(values(gpa, 'vfio.dirty_ioctls_per_sync'), values(gpa, 'vfio.sections_per_sync'));
  const liveMappings = Number(upstream?.scenario['liveMappings']);
  t.true(Math.min(...values(upstream, 'vfio.dirty_ioctls_per_sync')) >= liveMappings);
  t.deepEqual(values(gpa, 'vfio.unmap_bitmap_ioctls'), [0]);
  t.true(values(upstream, 'vfio.unmap_bitmap_ioctls')[0]! > 0);

  const compared = await runHarness(['compare', ...files.slice(0, 2)]);
  t.is(compared.exitCode, 0, compared.stderr);
  t.regex(compared.stdout, /vfio\.dirty_ioctls_per_sync/);
});

for (const access of ['pin', 'hold']) {
  test(`gpa-map loses no page of a device that reaches memory by ${access}`, async t => {
    await using scope = new Scope();
    const small = ['--set', `dmaAccess=${access}`, '--set', 'liveMappings=256', '--set', 'pages=1024'];
    const {exitCode, results} = await runScenario(t, scope, ['--series', 'gpa-map', ...small]);
    t.is(exitCode, 0);
    t.is(results['gpa-map']?.trials[0]?.oracle?.lost, 0);
    t.true((results['gpa-map']?.trials[0]?.oracle?.checked ?? 0) > 10);
  });
}

test('gpa-map loses no page of two devices that have many writes to do at once, and upstream does', async t => {
  await using scope = new Scope();
  const deep = ['queueDepth=62', 'devices=2', 'pattern=sequential', 'liveMappings=256', 'pages=1024'];
  const argv = ['--series', 'upstream,gpa-map', ...deep.flatMap(one => ['--set', one])];
  const {exitCode, results} = await runScenario(t, scope, argv);
  t.is(exitCode, 0);
  t.true((results['upstream']?.trials[0]?.oracle?.lost ?? 0) > 0);
  t.is(results['gpa-map']?.trials[0]?.oracle?.lost, 0);
  t.true((results['gpa-map']?.trials[0]?.oracle?.checked ?? 0) > 10);
});

const detours = [
  {scenario: 'cancel', attempts: ['cancelled']},
  {scenario: 'lost-destination', attempts: ['lost-in-precopy', 'lost-in-switchover']},
  {scenario: 'round-trip', attempts: ['there']},
  {scenario: 'unmap-storm', attempts: []},
  {scenario: 'detach', attempts: []},
];

for (const {scenario, attempts} of detours) {
  test(`gpa-map loses no page in ${scenario}, in no attempt`, async t => {
    await using scope = new Scope();
    const {exitCode, results} = await runScenario(t, scope, ['--series', 'gpa-map'], scenario);
    t.is(exitCode, 0);
    const trial = results['gpa-map']!.trials[0]!;
    t.deepEqual(
      trial.attempts.map(({name, oracle}) => [name, oracle?.lost]),
      attempts.map(name => [name, 0]),
    );
    t.true(
      trial.attempts.every(({rounds}) => rounds.length > 0),
      'the trace tells the migrations apart',
    );
    t.true(trial.rounds.length > 0);
    t.deepEqual(trial.warnings, []);
  });
}
