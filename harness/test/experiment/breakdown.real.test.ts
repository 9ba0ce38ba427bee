import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {gunzipSync} from 'node:zlib';
import test from 'ava';
import {breakdownOf} from '../../analysis/breakdown.ts';
import {Scope} from '../../base/scope.ts';
import {overlap, type Span, spansOf, upon} from '../../experiment/spans.ts';
import {parseTraceLine, type TraceLine} from '../../experiment/trace-line.ts';
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
    t.true(
      parts.lockWaited + parts.othersWaited < 0.01 * parts.total,
      'a device with one write at a time meets no sync',
    );
    t.true(parts.bqlHeld > 0.9 * parts.total && parts.bqlHeld < 1.001 * parts.total, 'QEMU holds its big lock in it');
  }
  const syncs = values(locks!, 'vfio.sync_time');
  const mean = syncs.reduce((sum, ms) => sum + ms, 0) / syncs.length;
  const {total} = breakdownOf(locks!, 'sync')!;
  t.true(Math.abs(mean / total - 1) < 0.01, `syncs of ${mean} ms on average, told apart as ${total} ms`);
});

/** When threads waited for the lock that a device takes, by nothing but the kernel's own events. */
function spansOfWaits(lines: readonly TraceLine[]): Span[] {
  const write = lines.find(({text}) => text.includes('from=vfio_iommu_type1_dma_rw'));
  const lock = /\block=0x([0-9a-f]+)/.exec(write?.text ?? '')?.[1] ?? 'none';
  const own = lines.filter(({event, text}) => event.startsWith('contention_') && text.startsWith(`${lock} `));
  const waiting = new Set<number>();
  // Who spins, sleeps and spins again finds it taken several times.
  const once = own.filter(({event, thread}) => {
    if (event === 'contention_end') return waiting.delete(thread);
    return !waiting.has(thread) && waiting.add(thread);
  });
  return spansOf(once, /^contention_begin$/, /^contention_end$/);
}

/** From when a device asks for the lock to when it lets it go: what it waits is in that, whatever else tells of waits. */
function spansOfWrites(lines: readonly TraceLine[]): Span[] {
  const writes = lines.filter(({text}) => text.includes('from=vfio_iommu_type1_dma_rw'));
  return spansOf(writes, /^type1_take$/, /^type1_release$/);
}

function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, {from, to}) => sum + to - from, 0);
}

test('waits for the lock of type1 are those that the kernel tells of by itself', async t => {
  await using scope = new Scope();
  const out = await temporaryFolder(scope, {});
  const argv = ['scenario', 'contention', '--series', 'upstream', '--json', '--out', out];
  const {stdout, stderr} = await runHarness(argv);
  if (stdout === '') t.fail(stderr);
  const file = (JSON.parse(stdout) as {results: {upstream: string}}).results.upstream;
  const result = await readResult(file);
  t.is(result.outcome, 'passed');
  const {othersWaited, othersWaits, othersLongest} = breakdownOf(result, 'sync')!;

  const trace = gunzipSync(await readFile(path.join(path.dirname(file), 'trials/upstream-001/trace.txt.gz')));
  const lines = trace
    .toString()
    .split('\n')
    .flatMap(line => parseTraceLine(line) ?? []);
  const syncs = spansOf(lines, /^migration_bitmap_sync_start$/, /^migration_bitmap_sync_end$/);
  const waits = spansOfWaits(lines);
  const met = syncs.flatMap(sync =>
    waits.flatMap(wait => (wait.thread === sync.thread ? [] : overlap(wait, sync) || [])),
  );
  const waitedMs = (met.reduce((sum, seconds) => sum + seconds, 0) / syncs.length) * 1000;
  t.log(`${met.length} waits in ${syncs.length} syncs: ${waitedMs} ms a sync by the kernel, ${othersWaited} ms told`);
  t.true(met.length > 10 * syncs.length, 'the device had to wait again and again');
  t.true(Math.abs((othersWaits! * syncs.length) / met.length - 1) < 0.05, `${othersWaits} told in a sync`);
  t.true(Math.abs(othersWaited / waitedMs - 1) < 0.05);
  t.true(othersLongest! > 0 && othersLongest! < othersWaited);

  const writes = spansOfWrites(lines);
  const prolonged = new Set(syncs.flatMap(sync => upon(writes, sync)));
  const others = writes.filter(one => !prolonged.has(one));
  const usual = lengthOf(others) / others.length;
  const prolongedMs = ((lengthOf([...prolonged]) - prolonged.size * usual) / syncs.length) * 1000;
  t.log(`${prolonged.size} accesses of the device meanwhile, which took ${prolongedMs} ms longer than others`);
  t.true(prolongedMs > 0.9 * othersWaited, 'what waits is held up as long at least');
});
