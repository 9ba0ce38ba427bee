import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {seriesOutcomeCommand} from '../../commands/series-outcome.ts';
import {readDigests} from '../../result/digest.ts';
import {complaintOf} from '../complaint.ts';
import {makeResult, makeUpstream, withProvenance} from '../fakes/result.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

const {kernel} = makeResult().provenance;
const files = {
  'a/upstream.json': JSON.stringify(makeUpstream({run: 'a'})),
  'a/gpa-map.json': JSON.stringify(makeResult({run: 'a'})),
  'a/events.jsonl': '',
  'b/gpa-map.json': JSON.stringify(makeResult({run: 'b'})),
  'c/gpa-map.json': JSON.stringify({
    ...withProvenance(makeResult(), {kernel: {...kernel, patches: []}}),
    run: 'c',
  }),
  'empty/.keep': '',
};

async function run(scope: Scope, runs: readonly string[], countsOnly = false) {
  const folder = await temporaryFolder(scope, files);
  const said: string[] = [];
  const context = {
    repository: root,
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
