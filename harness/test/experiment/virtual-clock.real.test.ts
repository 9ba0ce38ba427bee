import test, {type ExecutionContext} from 'ava';
import {Scope} from '../../base/scope.ts';
import {readResult} from '../../result/read.ts';
import type {Result} from '../../result/schema.ts';
import {runHarness} from '../cli.ts';
import {temporaryFolder} from '../folder.ts';

const small = ['liveMappings=256', 'pages=1024', 'settleBeforeMs=300', 'settleAfterMs=100'];

function values({metrics}: Result, name: string): readonly number[] {
  return metrics.find(metric => metric.name === name)?.values ?? [];
}

/** By which share of the smaller the values differ at most. */
function spread(all: readonly number[]): number {
  return Math.max(...all) / Math.min(...all) - 1;
}

/** Runs small trials of gpa-map. */
async function runTrials(t: ExecutionContext, out: string, ...options: readonly string[]): Promise<Result> {
  const argv = ['--clock', 'virtual', '--series', 'gpa-map', '--json', '--out', out, ...options];
  const sets = small.flatMap(setting => ['--set', setting]);
  const {exitCode, stdout, stderr} = await runHarness(['scenario', 'iova-churn', ...argv, ...sets]);
  t.is(exitCode, 0, stderr);
  return readResult((JSON.parse(stdout) as {results: {'gpa-map': string}}).results['gpa-map']);
}

test('under the virtual clock trials pass and take the same time, whether they boot or start from a saved L1', async t => {
  await using scope = new Scope();
  const out = await temporaryFolder(scope, {});
  const booted = await runTrials(t, out, '--boot');
  const forked = await runTrials(t, out);
  const again = await runTrials(t, out);
  const all = [booted, forked, again];
  for (const result of all) {
    t.like(result, {clock: 'virtual', accelerator: 'tcg', outcome: 'passed', warnings: []});
    t.true(result.trials.every(({oracle}) => oracle !== null && oracle.checked > 10));
  }
  const startedFrom = all.flatMap(({trials}) => trials.map(trial => trial.startedFrom));
  t.is(startedFrom[0], null);
  t.regex(startedFrom[1]!, /^saved-l1-[0-9a-f]{16}$/);
  t.is(startedFrom[2], startedFrom[1]);

  const [unmap, total] = ['guest.baseline.unmap.p50', 'migration.total'].map(name =>
    all.flatMap(result => values(result, name)),
  );
  t.log(`unmap p50: ${unmap!.join(', ')} us; migration: ${total!.join(', ')} ms; the first trial booted`);
  t.is(unmap!.length, 3);
  t.true(spread(unmap!) <= 0.015, 'a request of the guest costs the same');
  t.true(spread(total!) <= 0.1, 'the migrations take about the same time');
});
