import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {seriesOutcomeCommand} from '../../commands/series-outcome.ts';
import {readDigests} from '../../result/digest.ts';
import {complaintOf} from '../complaint.ts';
import {makeResult, makeUpstream, oncePerTrial, withProvenance} from '../fakes/result.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

const {kernel} = makeResult().provenance;

/** What an arm found in a cell of a sweep: syncs ask as often as there are mappings. */
function inCell(make: typeof makeResult, liveMappings: number): string {
  const scenario = {...makeResult().scenario, liveMappings};
  const metrics = [oncePerTrial('vfio.dirty_ioctls_per_sync', [make === makeResult ? 32 : liveMappings])];
  const sweep = {liveMappings: [64, 4096]};
  return JSON.stringify(make({run: 'sweep', scenario, cell: {liveMappings}, sweep, metrics}));
}

const files = {
  'a/upstream.json': JSON.stringify(makeUpstream({run: 'a'})),
  'a/gpa-map.json': JSON.stringify(makeResult({run: 'a'})),
  'a/events.jsonl': '',
  'b/gpa-map.json': JSON.stringify(makeResult({run: 'b'})),
  'c/gpa-map.json': JSON.stringify({
    ...withProvenance(makeResult(), {kernel: {...kernel, patches: []}}),
    run: 'c',
  }),
  'sweep/upstream,liveMappings=64.json': inCell(makeUpstream, 64),
  'sweep/upstream,liveMappings=4096.json': inCell(makeUpstream, 4096),
  'sweep/gpa-map,liveMappings=64.json': inCell(makeResult, 64),
  'sweep/gpa-map,liveMappings=4096.json': inCell(makeResult, 4096),
  'empty/.keep': '',
};

async function run(scope: Scope, runs: readonly string[], countsOnly = false, ofScenario?: string) {
  const own = ofScenario === undefined ? {} : {'scenarios/iova-churn.yaml': ofScenario};
  const folder = await temporaryFolder(scope, {...files, ...own});
  const said: string[] = [];
  const context = {
    repository: ofScenario === undefined ? root : folder,
    out: (text: string) => said.push(text),
    emit: () => {},
    signal: new AbortController().signal,
  };
  const out = path.join(folder, 'reference');
  const inFolder = runs.map(name => path.join(folder, name));
  return {folder, out, said, work: seriesOutcomeCommand(inFolder, {out, base: 'upstream', countsOnly}, context)};
}

test('runs are summed up in a file for each series, which docs can read', async t => {
  await using scope = new Scope();
  const {out, said, work} = await run(scope, ['a', 'b']);
  t.is(await work, 0);
  t.deepEqual(
    said.map(line => line.split('/').slice(-2).join('/')),
    ['iova-churn/gpa-map.json: passed in 2 trials\n', 'iova-churn/upstream.json: lost-pages in 1 trials\n'],
  );
  const digests = await readDigests(out);
  t.deepEqual(
    digests.map(({series, runs, base}) => [series, runs, base]),
    [
      ['gpa-map', ['a', 'b'], 'upstream'],
      ['upstream', ['a'], 'upstream'],
    ],
  );
});

test('times of a machine that had other work are left out, counts are not', async t => {
  await using scope = new Scope();
  const {out, work} = await run(scope, ['b'], true);
  await work;
  t.deepEqual(
    (await readDigests(out))[0]?.metrics.map(({name}) => name),
    ['oracle.lost', 'vfio.unmap_bitmap_ioctls', 'vfio.dirty_ioctls_per_sync'],
  );
});

test('a run that is named twice counts once', async t => {
  await using scope = new Scope();
  const {out, work} = await run(scope, ['b', 'b']);
  await work;
  t.is((await readDigests(out))[0]?.trials, 1);
});

test('each cell of a sweep is a variant of its own, and its ratios are to the base in the same cell', async t => {
  await using scope = new Scope();
  const {out, said, work} = await run(scope, ['sweep']);
  t.is(await work, 0);
  t.deepEqual(
    said.map(line => line.replace(/^.*reference\//, '').replace(/: .*\n/, '')),
    [
      'iova-churn/gpa-map.json',
      'iova-churn,liveMappings=64/gpa-map.json',
      'iova-churn/upstream.json',
      'iova-churn,liveMappings=64/upstream.json',
    ],
  );
  const digests = (await readDigests(out)).filter(({series}) => series === 'gpa-map');
  t.deepEqual(
    digests.map(({variant, metrics}) => [variant, metrics[0]?.ratio]),
    [
      ['liveMappings=64', 32 / 64],
      ['', 32 / 4096],
    ],
  );
});

test('where the scenario itself is a sweep, each of its cells is a variant', async t => {
  await using scope = new Scope();
  const ofScenario = (await readFile(path.join(root, 'scenarios/iova-churn.yaml'), 'utf8')).replace(
    /^liveMappings: .*$/m,
    'liveMappings: [64, 4096]',
  );
  const {out, work} = await run(scope, ['sweep'], false, ofScenario);
  await work;
  const digests = (await readDigests(out)).filter(({series}) => series === 'gpa-map');
  t.deepEqual(
    digests.map(({variant}) => variant),
    ['liveMappings=4096', 'liveMappings=64'],
  );
});

test('runs of other patches are refused, and nothing is written', async t => {
  await using scope = new Scope();
  const {folder, out, work} = await run(scope, ['b', 'c']);
  const {message} = await complaintOf(t, work, folder);
  t.regex(message, /^b and c do not belong together: patches is /);
  t.deepEqual(await readDigests(out), []);
});

test('a folder without results is refused', async t => {
  await using scope = new Scope();
  const {folder, work} = await run(scope, ['empty']);
  t.is((await complaintOf(t, work, folder)).message, 'empty: no results');
});
