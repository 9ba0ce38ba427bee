import test from 'ava';
import {historyLine} from '../../analysis/history-line.ts';
import {historyLineSchema} from '../../result/history.ts';
import {measured} from '../../result/metrics.ts';
import {makeResult, oncePerTrial, trial, withProvenance} from '../fakes/result.ts';

const result = makeResult();
const {kernel, qemu} = result.provenance;
const tree = {kind: 'tree', path: '/src/linux', commit: 'c'.repeat(40), contentSha256: 'e'.repeat(64)} as const;

test('a line holds what a result came to, and nothing that grows with its trials', t => {
  const values = Array.from({length: 50}, (_, index) => index);
  const metrics = [oncePerTrial('migration.total', values)];
  const line = historyLine(makeResult({trials: values.map(() => trial), metrics}));
  t.like(line, {run: result.run, series: 'gpa-map', outcome: 'passed', asExpected: true, startedAt: result.startedAt});
  t.deepEqual(line.metrics, {'migration.total': {trials: 50, median: 24.5, low: 12.25, high: 36.75}});
  t.deepEqual(historyLineSchema.parse(line), line);
});

test('a line has the values that make a trial what it is, and no others', t => {
  const {scenario} = historyLine(makeResult({scenario: {...result.scenario, look: 'at it', summary: 'x'}}));
  t.deepEqual(scenario, {name: 'iova-churn', liveMappings: 4096, pattern: 'random'});
});

test('each trial counts once; a metric without a value is left out, and so is one that cannot be told apart', t => {
  const {counts: _, ...old} = measured('vfio.map_ioctls', [[1, 2], [3]]);
  const metrics = [measured('vfio.sync_time', [[1, 9, 2], [4]]), measured('oracle.lost', [[], []]), old];
  t.deepEqual(historyLine(makeResult({trials: [trial, trial], metrics})).metrics, {
    'vfio.sync_time': {trials: 2, median: 3, low: 2, high: 4},
  });
});

test('a line says what was built from what', t => {
  t.like(historyLine(result), {
    sources: {linux: 'linux-source-6.12', qemu: 'qemu'},
    built: {kernel: '6.12.117-1', qemu: '1:10.0.13+ds-1', harness: {commit: '0123abc'}},
  });
  const clean = historyLine(withProvenance(result, {kernel: {...kernel, source: tree}}));
  t.like(clean, {sources: {linux: '/src/linux'}, built: {kernel: tree.commit}});
  const dirty = {...tree, dirtySha256: 'd'.repeat(64)};
  t.is(
    historyLine(withProvenance(result, {kernel: {...kernel, source: dirty}})).built.kernel,
    `${tree.commit} with changes ${dirty.dirtySha256}`,
  );
  const {commit: __, ...bare} = tree;
  t.is(historyLine(withProvenance(result, {kernel: {...kernel, source: bare}})).built.kernel, tree.contentSha256);
});

test('another patch of either project is another hash', t => {
  const patches = [{file: 'a.patch', sha256: 'a'.repeat(64)}];
  const hashes = [
    result,
    withProvenance(result, {kernel: {...kernel, patches}}),
    withProvenance(result, {qemu: {...qemu, patches}}),
  ].map(one => historyLine(one).built.patches);
  t.is(new Set(hashes).size, 3);
});
