import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {docsCommand} from '../../commands/docs.ts';
import {complaintOf} from '../complaint.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

const section = (name: string): string => `<!-- generated: ${name} -->\n<!-- end: ${name} -->\n`;
const kernelSections = ['outcome', 'cost', 'memory', 'devices', 'series', 'caught', 'controls', 'fields'];
const fresh = {
  'harness/result/.keep': '',
  'kernel-patches/README.md': kernelSections.map(section).join(''),
  'kernel-patches/upstream/series.yaml': 'title: Today’s kernel\n',
  'scenarios/README.md': ['scenarios', 'fields'].map(section).join(''),
  'results/README.md': section('metrics'),
  'results/CLOCKS.md': ['noise', 'starts', 'clocks'].map(section).join(''),
};
const generated = [
  'harness/result/result.schema.json',
  'kernel-patches/series.schema.json',
  'scenarios/README.md',
  'harness/result/digest.schema.json',
  'harness/result/history.schema.json',
  'kernel-patches/README.md',
  'results/README.md',
  'results/CLOCKS.md',
];

test('the documents of the repository are current: else, npm run docs', async t => {
  let stale = '';
  const code = await docsCommand(root, {check: true}, text => {
    stale += text;
  });
  t.is(stale, '');
  t.is(code, 0);
});

test('what is out of date is named, then written, then current', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, fresh);
  const said: string[] = [];
  const run = (check: boolean) => docsCommand(folder, {check}, text => said.push(text));

  t.is(await run(true), 1);
  t.deepEqual(
    said.splice(0),
    generated.map(file => `${file} is out of date\n`),
  );
  t.is(await run(false), 0);
  t.deepEqual(
    said.splice(0),
    generated.map(file => `${file} written\n`),
  );
  t.is(await run(true), 0);
  t.deepEqual(said, []);
  t.regex(
    await readFile(path.join(folder, 'kernel-patches/README.md'), 'utf8'),
    /^\| `upstream` \| Today’s kernel \|/m,
  );
});

test('a document without a place for its section is refused', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {...fresh, 'results/README.md': 'Nothing here.\n'});
  const {message} = await complaintOf(
    t,
    docsCommand(folder, {check: true}, () => {}),
    folder,
  );
  t.is(message, 'results/README.md has no place for the generated section metrics');
});
