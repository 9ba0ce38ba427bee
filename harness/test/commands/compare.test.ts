import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type {ExitCode} from '../../base/errors.ts';
import {Scope} from '../../base/scope.ts';
import {type CompareOptions, compareCommand} from '../../commands/compare.ts';
import {noiseFolder, placeOf, writeNoiseFloor} from '../../result/noise-floor.ts';
import {complaintOf} from '../complaint.ts';
import {makeResult, makeUpstream, oncePerTrial} from '../fakes/result.ts';
import {temporaryFolder} from '../folder.ts';

const plain = {force: false, json: false, markdown: false};
const took = (...ms: number[]) => makeResult({metrics: [oncePerTrial('migration.total', ms)]});
const quick = took(100, 101, 102, 103, 104);
const slow = took(110, 111, 112, 113, 114);
const files = {
  'upstream.json': JSON.stringify(makeUpstream()),
  'gpa-map.json': JSON.stringify(makeResult()),
  'kvm.json': JSON.stringify(makeResult({accelerator: 'kvm'})),
  'surprise.json': JSON.stringify(makeResult({outcome: 'timeout', asExpected: false})),
  'quick.json': JSON.stringify(quick),
  'slow.json': JSON.stringify(slow),
  'cut.json': '{"run": "x',
  'old.json': '{"schemaVersion": 0}',
};

async function runCompare(scope: Scope, names: readonly string[], options: Omit<CompareOptions, 'results'>) {
  const folder = await temporaryFolder(scope, files);
  let text = '';
  const code = await compareCommand(
    names.map(name => path.join(folder, name)),
    {...options, results: folder},
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
  /^metric +unit +upstream +gpa-map +ratio +verdict$/m,
);
test('a file is compared with itself', ends, ['upstream.json', 'upstream.json'], {}, 0, / 1× +unclear/m);
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

test(
  'a metric that is worse shows in the exit code',
  ends,
  ['quick.json', 'slow.json'],
  {},
  1,
  /Worse: migration.total$/m,
);
test('one that is better does not', ends, ['slow.json', 'quick.json'], {}, 0, /0 worse, 1 better/);
test('what does not compare is not judged', ends, ['gpa-map.json', 'kvm.json'], {force: true}, 0, /0× +–|1× +–/);

test('a change below the noise floor of this machine is not worse', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, files);
  const metrics = {'migration.total': {floor: 0.2, variation: 0.05, trials: 20}};
  const of = {place: placeOf(quick), series: 'gpa-map', run: 'quiet', measuredAt: quick.finishedAt, metrics};
  const compareThem = async (results: string) => {
    let text = '';
    const names = ['quick.json', 'slow.json'].map(name => path.join(folder, name));
    const code = await compareCommand(names, {...plain, results}, part => {
      text += part;
    });
    return {code, text};
  };
  await writeNoiseFloor(folder, {schemaVersion: 1, kind: 'noise-floor', ...of});
  const {code, text} = await compareThem(folder);
  t.is(code, 0);
  t.regex(text, /0 worse, 0 better, 1 same/);
  t.regex(text, /the noise floor that run quiet measured with gpa-map/);
  t.is((await compareThem(path.join(folder, 'elsewhere'))).code, 1);
});

test('a noise floor that cannot be read is named', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, files);
  const floor = {schemaVersion: 1, kind: 'noise-floor', series: 'x', run: 'x', measuredAt: quick.finishedAt} as const;
  const file = await writeNoiseFloor(folder, {...floor, place: placeOf(quick), metrics: {}});
  await writeFile(file, '{"schemaVersion": 2}');
  const names = ['quick.json', 'slow.json'].map(name => path.join(folder, name));
  const comparison = compareCommand(names, {...plain, results: folder}, () => {});
  const {message} = await complaintOf(t, comparison, path.join(folder, noiseFolder));
  t.regex(message, /^iova-churn-tcg-wall-[0-9a-f]{8}\.json: not a noise floor that this harness can read/);
});

test('JSON holds the whole comparison and nothing else', async t => {
  await using scope = new Scope();
  const {text} = await runCompare(scope, ['upstream.json', 'gpa-map.json'], {...plain, json: true});
  t.like(JSON.parse(text), {comparable: true, base: {series: 'upstream', oracle: {lost: 37}}});
});

test('one file is not enough', async t => {
  const {message} = await complaintOf(
    t,
    compareCommand(['a.json'], {...plain, results: ''}, () => {}),
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
    compareCommand(names, {...plain, results: folder}, () => {}),
    folder,
  );
  t.regex(message, /^cut\.json:1:11 the file is cut off here\nold\.json: schemaVersion: /);
});
