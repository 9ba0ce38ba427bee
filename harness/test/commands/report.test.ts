import {access, readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {type ReportOptions, reportCommand} from '../../commands/report.ts';
import {complaintOf} from '../complaint.ts';
import {makeResult, makeUpstream} from '../fakes/result.ts';
import {temporaryFolder} from '../folder.ts';

const files = {
  'run/gpa-map.json': JSON.stringify(makeResult()),
  'run/upstream.json': JSON.stringify(makeUpstream()),
  'kvm/gpa-map.json': JSON.stringify(makeResult({accelerator: 'kvm'})),
  'cut/a.json': '{"run": "x',
};

async function report(scope: Scope, inputs: readonly string[], options: Partial<ReportOptions> = {}) {
  const folder = await temporaryFolder(scope, files);
  let said = '';
  const run = reportCommand(
    inputs.map(input => path.join(folder, input)),
    {force: false, results: folder, ...options, ...(options.out ? {out: path.join(folder, options.out)} : {})},
    text => {
      said += text;
    },
  );
  return {folder, code: await run, said};
}

const heading = async (file: string): Promise<string> => /<h1>(.*)<\/h1>/.exec(await readFile(file, 'utf8'))![1]!;

test('the report of a run lies beside its folder, with the series in their order and links to the files', async t => {
  await using scope = new Scope();
  const {folder, code, said} = await report(scope, ['run']);
  t.is(code, 0);
  t.regex(said, /^Report: .*run\.html \(0\.\d MiB\)\n$/);
  const page = await readFile(path.join(folder, 'run.html'), 'utf8');
  t.is(await heading(path.join(folder, 'run.html')), 'iova-churn: upstream, gpa-map');
  t.regex(page, /<a href="run\/upstream\.json">/);
});

test('files may be given too, in any place; their first is the base, unless another is named', async t => {
  await using scope = new Scope();
  const inputs = ['run/gpa-map.json', 'run/upstream.json'];
  const plain = await report(scope, inputs, {out: 'deep/er/r.html'});
  t.is(await heading(path.join(plain.folder, 'deep/er/r.html')), 'iova-churn: gpa-map, upstream');
  t.regex(
    await readFile(path.join(plain.folder, 'deep/er/r.html'), 'utf8'),
    /<a href="\.\.\/\.\.\/run\/upstream\.json">/,
  );
  const named = await report(scope, inputs, {out: 'r.html', base: 'upstream'});
  t.is(await heading(path.join(named.folder, 'r.html')), 'iova-churn: upstream, gpa-map');
});

test('what does not compare is refused with 3, and nothing is written', async t => {
  await using scope = new Scope();
  const {folder, code, said} = await report(scope, ['run', 'kvm']);
  t.is(code, 3);
  t.regex(said, /^Not comparable:\n {2}accelerator: tcg in upstream .*, kvm in gpa-map .*\n\n--force/);
  t.deepEqual((await readdir(folder)).sort(), ['cut', 'kvm', 'run']);
});

test('by force it is reported all the same', async t => {
  await using scope = new Scope();
  const {folder, code} = await report(scope, ['run', 'kvm'], {force: true});
  t.is(code, 0);
  t.regex(await readFile(path.join(folder, 'run.html'), 'utf8'), /Not comparable:/);
  await t.throwsAsync(access(path.join(folder, 'kvm.html')));
});

const complains = test.macro(async (t, inputs: string[], options: Partial<ReportOptions>, pattern: RegExp) => {
  await using scope = new Scope();
  const {message} = await complaintOf(t, report(scope, inputs, options), '');
  t.regex(message, pattern);
});

test('a base that no result is of is named', complains, ['run'], {base: 'x'}, /^no result is of the series x$/);
test('a file that is no result is named', complains, ['cut'], {}, /a\.json:1:11 the file is cut off here$/);
test('a folder without results is named', complains, ['.'], {}, /: no results$/);
test('what is not there is named', complains, ['nowhere'], {}, /^cannot read .*nowhere: ENOENT/);
test(
  'a place that cannot be written is named',
  complains,
  ['run'],
  {out: 'run/upstream.json/x.html'},
  /^cannot write .*x\.html: /,
);
