import path from 'node:path';
import test from 'ava';
import type {ExitCode} from '../../base/errors.ts';
import {Scope} from '../../base/scope.ts';
import {type CompareOptions, compareCommand} from '../../commands/compare.ts';
import {complaintOf} from '../complaint.ts';
import {makeResult, makeUpstream} from '../fakes/result.ts';
import {temporaryFolder} from '../folder.ts';

const plain: CompareOptions = {force: false, json: false, markdown: false};
const files = {
  'upstream.json': JSON.stringify(makeUpstream()),
  'gpa-map.json': JSON.stringify(makeResult()),
  'kvm.json': JSON.stringify(makeResult({accelerator: 'kvm'})),
  'surprise.json': JSON.stringify(makeResult({outcome: 'timeout', asExpected: false})),
  'cut.json': '{"run": "x',
  'old.json': '{"schemaVersion": 0}',
};

async function runCompare(scope: Scope, names: readonly string[], options: CompareOptions) {
  const folder = await temporaryFolder(scope, files);
  let text = '';
  const code = await compareCommand(
    names.map(name => path.join(folder, name)),
    options,
    part => {
      text += part;
    },
  );
  return {code, text};
}

const ends = test.macro(
  async (t, names: string[], options: Partial<CompareOptions>, code: ExitCode, ...patterns: RegExp[]) => {
    await using scope = new Scope();
    const ended = await runCompare(scope, names, {...plain, ...options});
    t.is(ended.code, code);
    for (const pattern of patterns) t.regex(ended.text, pattern);
  },
);

test(
  'an arm that ended otherwise than expected shows in the exit code',
  ends,
  ['upstream.json', 'surprise.json'],
  {},
  1,
);
test(
  'two arms of a run are compared',
  ends,
  ['upstream.json', 'gpa-map.json'],
  {},
  0,
  /^upstream {2}lost-pages/,
  /^metric +unit +upstream +gpa-map +ratio$/m,
);
test('a file is compared with itself', ends, ['upstream.json', 'upstream.json'], {}, 0, / 1×$/m);
test(
  'Markdown is given when asked for',
  ends,
  ['upstream.json', 'gpa-map.json'],
  {markdown: true},
  0,
  /^- \*\*upstream\*\*: /,
);
test(
  'results that do not compare end with 3 and the reasons',
  ends,
  ['upstream.json', 'kvm.json'],
  {},
  3,
  /^Not comparable:\n {2}accelerator: tcg in upstream, kvm in gpa-map\n\n--force/,
);
test(
  'results that do not compare are compared by force',
  ends,
  ['upstream.json', 'kvm.json'],
  {force: true},
  0,
  /^Not comparable:$/m,
  /^migration\.total/m,
);
test(
  'JSON of what does not compare ends with 3 all the same',
  ends,
  ['upstream.json', 'kvm.json'],
  {json: true},
  3,
  /"comparable": false/,
);

test('JSON holds the whole comparison and nothing else', async t => {
  await using scope = new Scope();
  const {text} = await runCompare(scope, ['upstream.json', 'gpa-map.json'], {...plain, json: true});
  t.like(JSON.parse(text), {comparable: true, base: {series: 'upstream', oracle: {lost: 37}}});
});

test('one file is not enough', async t => {
  const {message} = await complaintOf(
    t,
    compareCommand(['a.json'], plain, () => {}),
    '',
  );
  t.is(message, 'compare needs at least two result files');
});

test('all files that are no results are named at once', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, files);
  const names = ['cut.json', 'gpa-map.json', 'old.json'].map(name => path.join(folder, name));
  const {message} = await complaintOf(
    t,
    compareCommand(names, plain, () => {}),
    folder,
  );
  t.regex(message, /^cut\.json:1:11 the file is cut off here\nold\.json: schemaVersion: /);
});
