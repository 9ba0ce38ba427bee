import test from 'ava';
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

test('under the virtual clock two trials of a series pass, and take the same time', async t => {
  await using scope = new Scope();
  const out = await temporaryFolder(scope, {});
  const argv = ['--clock', 'virtual', '--series', 'gpa-map', '--repeat', '2', '--json', '--out', out];
  const sets = small.flatMap(setting => ['--set', setting]);
  const {exitCode, stdout, stderr} = await runHarness(['scenario', 'iova-churn', ...argv, ...sets]);
  t.is(exitCode, 0, stderr);
  const result = await readResult((JSON.parse(stdout) as {results: {'gpa-map': string}}).results['gpa-map']);
  t.like(result, {clock: 'virtual', accelerator: 'tcg', outcome: 'passed', warnings: []});
  t.true(result.trials.every(({oracle}) => oracle !== null && oracle.checked > 10));

  const [unmap, total] = [values(result, 'guest.baseline.unmap.p50'), values(result, 'migration.total')];
  t.log(`unmap p50: ${unmap.join(', ')} us; migration: ${total.join(', ')} ms`);
  t.is(unmap.length, 2);
  t.true(spread(unmap) <= 0.01, 'a request of the guest costs the same');
  t.true(spread(total) <= 0.1, 'the migrations take about the same time');
});
