import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {readResult} from '../../result/read.ts';
import {writeResult} from '../../result/write.ts';
import {complaintOf} from '../complaint.ts';
import {makeResult} from '../fakes/result.ts';
import {temporaryFolder} from '../folder.ts';

test('a result is read as it was written, and nothing else remains', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'a.json': 'old'});
  const file = path.join(folder, 'a.json');
  await writeResult(file, makeResult());
  t.deepEqual(await readResult(file), makeResult());
  t.deepEqual(await readdir(folder), ['a.json']);
});

test('a result that does not fit its own schema is a bug, and leaves the old file', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'a.json': 'old'});
  const file = path.join(folder, 'a.json');
  const broken = makeResult({metrics: [{name: 'm', unit: 'ms', better: 'lower', values: [Number.NaN]}]});
  await t.throwsAsync(writeResult(file, broken), {name: 'ZodError'});
  t.is(await readFile(file, 'utf8'), 'old');
});

test('a result that cannot be put in place is refused, and leaves nothing behind', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'a.json/taken': ''});
  const {message} = await complaintOf(t, writeResult(path.join(folder, 'a.json'), makeResult()), folder);
  t.regex(message, /^cannot write the result a\.json: EISDIR/);
  t.deepEqual(await readdir(folder), ['a.json']);
});

const refuses = test.macro(async (t, text: string, ...lines: string[]) => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'a.json': text});
  const {message} = await complaintOf(t, readResult(path.join(folder, 'a.json')), folder);
  t.is(message, lines.join('\n'));
});

const pretty = JSON.stringify(makeResult(), undefined, 2);

test('an empty file is cut off at its start', refuses, '', 'a.json:1:1 the file is cut off here');
test(
  'a file cut off in a string is cut off at its end',
  refuses,
  '{\n  "run": "2025',
  'a.json:2:15 the file is cut off here',
);
test(
  'a file cut off in a word is cut off at its end',
  refuses,
  '{\n  "asExpected": tr',
  'a.json:2:19 the file is cut off here',
);
test(
  'a file cut off after a value is cut off at its end',
  refuses,
  '{\n  "clock": "wall"\n',
  'a.json:3:1 the file is cut off here',
);
test(
  'a whole result without its last brace is cut off at its end',
  refuses,
  pretty.slice(0, -1),
  `a.json:${pretty.split('\n').length}:1 the file is cut off here`,
);
test(
  'a stray word is found in a long text',
  refuses,
  pretty.replace('"wall"', 'wall'),
  `a.json:${lineOf('"clock"')}:12 not JSON: Unexpected token 'w'`,
);
test('a stray word is found in a short text', refuses, 'wall', "a.json:1:1 not JSON: Unexpected token 'w'");
test(
  'a missing comma is found',
  refuses,
  '{\n  "a": 1\n  "b": 2\n}\n',
  "a.json:3:3 not JSON: Expected ',' or '}' after property value",
);
test(
  'something else than a result is refused',
  refuses,
  '[]',
  'a.json: Invalid input: expected object, received array',
);
test(
  'a newer result is refused, whatever it holds',
  refuses,
  '{"schemaVersion": 2}',
  'a.json: its schemaVersion is 2, and this harness reads up to 1',
);
test(
  'all that is wrong comes at once, each with its path',
  refuses,
  JSON.stringify({
    ...makeResult(),
    clock: 'sun',
    trials: [{...makeResult().trials[0], oracle: {checked: -1, lost: 0, first: []}}],
  }),
  'a.json: clock: Invalid option: expected one of "wall"|"virtual"',
  'a.json: trials[0].oracle.checked: Too small: expected number to be >=0',
);

test('a file that is missing is refused', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {});
  const {message} = await complaintOf(t, readResult(path.join(folder, 'a.json')), folder);
  t.regex(message, /^cannot read a\.json: ENOENT/);
});

function lineOf(text: string): number {
  return pretty.split('\n').findIndex(line => line.includes(text)) + 1;
}
