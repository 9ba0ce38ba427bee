import {readdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {breakdownOf} from '../../analysis/breakdown.ts';
import {Scope} from '../../base/scope.ts';
import {readResult} from '../../result/read.ts';
import type {Result} from '../../result/schema.ts';
import {runHarness} from '../cli.ts';
import {temporaryFolder} from '../folder.ts';

const small = ['liveMappings=256', 'pages=1024', 'settleBeforeMs=300', 'settleAfterMs=100'];

function values({metrics}: Result, name: string): readonly number[] {
  return metrics.find(metric => metric.name === name)?.values ?? [];
}

test('the time of syncs and unmaps is told apart, and a trial that is not traced passes too', async t => {
  await using scope = new Scope();
  const out = await temporaryFolder(scope, {});
  const argv = ['--series', 'gpa-map', '--json', '--out', out, '--set', 'tracing=[off, locks]'];
  const sets = small.flatMap(setting => ['--set', setting]);
  const {exitCode, stderr} = await runHarness(['scenario', 'iova-churn', ...argv, ...sets]);
  t.is(exitCode, 0, stderr);
  const folder = path.join(out, (await readdir(out))[0]!);
  const files = (await readdir(folder)).filter(file => file.startsWith('gpa-map') && file.endsWith('.json'));
  const results = await Promise.all(files.map(file => readResult(path.join(folder, file))));
  const [off, locks] = ['off', 'locks'].map(tracing => results.find(({scenario}) => scenario['tracing'] === tracing)!);
  t.deepEqual(values(off!, 'vfio.sync_time'), []);
  t.is(breakdownOf(off!, 'sync'), null);

  for (const operation of ['sync', 'unmap'] as const) {
    const parts = breakdownOf(locks!, operation)!;
    t.log(operation, parts);
    t.true(parts.qemu > 0 && parts.kernel > 0 && parts.lockHeld > 0);
    t.true(parts.kernel + parts.lockHeld + parts.lockWaited < parts.total);
    t.true(parts.bqlHeld > 0.9 * parts.total && parts.bqlHeld < 1.001 * parts.total, 'QEMU holds its big lock in it');
  }
  const syncs = values(locks!, 'vfio.sync_time');
  const mean = syncs.reduce((sum, ms) => sum + ms, 0) / syncs.length;
  const {total} = breakdownOf(locks!, 'sync')!;
  t.true(Math.abs(mean / total - 1) < 0.01, `syncs of ${mean} ms on average, told apart as ${total} ms`);
});
