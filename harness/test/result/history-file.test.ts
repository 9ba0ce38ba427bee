import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {Scope} from '../../base/scope.ts';
import {appendHistory, readHistory} from '../../result/history-file.ts';
import {complaintOf} from '../complaint.ts';
import {nightsOf} from '../fakes/history.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

const lines = nightsOf([100, 101, 102]);
const [first, second, third] = lines.map(line => `${JSON.stringify(line)}\n`) as [string, string, string];
const noWait = (): void => {
  throw new Error('nobody else should hold the lock');
};

/** Makes a folder with a history of this text, or without one, and gives both. */
async function historyWith(scope: Scope, text?: string): Promise<{folder: string; file: string}> {
  const folder = await temporaryFolder(scope, text === undefined ? {} : {'history.jsonl': text});
  return {folder, file: path.join(folder, 'history.jsonl')};
}

test('what is appended is read again, and nothing else remains', async t => {
  await using scope = new Scope();
  const {folder, file} = await historyWith(scope);
  t.deepEqual(await readHistory(file), {lines: [], isCut: false});
  t.like(await appendHistory(file, lines.slice(0, 2), noWait), {appended: 2, isCut: false});
  t.like(await appendHistory(file, lines.slice(2), noWait), {appended: 1});
  t.is(await readFile(file, 'utf8'), first + second + third);
  t.deepEqual((await readHistory(file)).lines, lines);
  t.deepEqual(await readdir(folder), ['history.jsonl']);
});

test('a result is appended once', async t => {
  await using scope = new Scope();
  const {file} = await historyWith(scope);
  t.is((await appendHistory(file, [lines[0]!, lines[0]!], noWait)).appended, 1);
  t.is((await appendHistory(file, lines.slice(0, 2), noWait)).appended, 1);
  t.is(await readFile(file, 'utf8'), first + second);
});

test('a run that went on is appended again, but not an older copy of it', async t => {
  await using scope = new Scope();
  const {file} = await historyWith(scope, first);
  const longer = {...lines[0]!, finishedAt: '2025-02-01T00:00:00Z'};
  t.is((await appendHistory(file, [longer], noWait)).appended, 1);
  t.is((await appendHistory(file, [lines[0]!], noWait)).appended, 0);
  t.is(await readFile(file, 'utf8'), `${first}${JSON.stringify(longer)}\n`);
});

test('another cell of the same run is another result', async t => {
  await using scope = new Scope();
  const {file} = await historyWith(scope, first);
  const cell = {...lines[0]!, scenario: {...lines[0]!.scenario, liveMappings: 64}, cell: {liveMappings: 64}};
  t.is((await appendHistory(file, [cell], noWait)).appended, 1);
});

/** Asserts what a history that was cut off holds, and what it is after the next line. */
const isMended = test.macro(async (t, text: string, known: number, isCut: boolean, mended: string) => {
  await using scope = new Scope();
  const {file} = await historyWith(scope, text);
  const history = await readHistory(file);
  t.deepEqual({lines: history.lines.length, isCut: history.isCut}, {lines: known, isCut});
  t.like(await appendHistory(file, [lines[2]!], noWait), {isCut, appended: 1});
  t.is(await readFile(file, 'utf8'), mended);
});

test(
  'half a line at the end does not count, and goes with the next append',
  isMended,
  first + second.slice(0, 99),
  1,
  true,
  first + third,
);
test('so does half of the only line', isMended, first.slice(0, 99), 0, true, third);
test(
  'a last line that only lacks its end is whole',
  isMended,
  first + second.trimEnd(),
  2,
  false,
  first + second + third,
);

test('half a line stays where nothing is appended', async t => {
  await using scope = new Scope();
  const text = first + second.slice(0, 99);
  const {file} = await historyWith(scope, text);
  await appendHistory(file, lines.slice(0, 1), noWait);
  t.is(await readFile(file, 'utf8'), text);
});

/** Asserts what is said of a history that holds something else. */
const refuses = test.macro(async (t, text: string, messages: RegExp[], hint: RegExp) => {
  await using scope = new Scope();
  const {folder, file} = await historyWith(scope, text);
  await complains(t, readHistory(file), folder, messages, hint);
  await complains(t, appendHistory(file, [lines[2]!], noWait), folder, messages, hint);
  t.is(await readFile(file, 'utf8'), text);
});

async function complains(
  t: ExecutionContext,
  work: Promise<unknown>,
  folder: string,
  messages: RegExp[],
  hint: RegExp,
) {
  const complaint = await complaintOf(t, work, folder);
  const said = complaint.message.split('\n');
  t.is(said.length, messages.length, complaint.message);
  for (const [index, message] of messages.entries()) t.regex(said[index]!, message);
  t.regex(complaint.hint, hint);
}

const remove = /^Remove the line, and append its run anew/;
test('a line that is no JSON is named', refuses, `${first}wall\n${second}`, [/^history\.jsonl:2:1 not JSON/], remove);
test(
  'a line that is cut off is, if others follow',
  refuses,
  `${first.slice(0, 30)}\n${second}`,
  [/^history\.jsonl:1:31 the file is cut off/],
  remove,
);
test(
  'all that is wrong comes at once',
  refuses,
  `[]\n${first.replace('"passed"', '"late"')}`,
  [/^history\.jsonl:1: Invalid input: expected object/, /^history\.jsonl:2: outcome: Invalid option/],
  remove,
);
test(
  'a line of a newer harness is not to be removed',
  refuses,
  `${first}{"schemaVersion":2}\n`,
  [/^history\.jsonl:2: its schemaVersion is 2, and this harness reads up to 1$/],
  /^Use the harness that wrote it, or a newer one\.$/,
);

test('a history that cannot be read or written is named', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'history.jsonl/taken': '', file: ''});
  const read = await complaintOf(t, readHistory(path.join(folder, 'history.jsonl')), folder);
  t.regex(read.message, /^cannot read history\.jsonl: EISDIR/);
  const written = await complaintOf(t, appendHistory(path.join(folder, 'file/history.jsonl'), lines, noWait), folder);
  t.regex(written.message, /^cannot append to file\/history\.jsonl: E/);
});

test('a line that does not fit its own format is a bug, and is not written', async t => {
  await using scope = new Scope();
  const {file} = await historyWith(scope, first);
  await t.throwsAsync(appendHistory(file, [{...lines[1]!, startedAt: 'today'}], noWait), {name: 'ZodError'});
  t.is(await readFile(file, 'utf8'), first);
});

test('two processes that append at once both do', async t => {
  await using scope = new Scope();
  const {folder, file} = await historyWith(scope);
  const module = pathToFileURL(path.join(root, 'harness/dist/result/history-file.js')).href;
  const data = path.join(folder, 'lines.json');
  const script = `import {readFile} from 'node:fs/promises';
    import {appendHistory} from '${module}';
    const lines = JSON.parse(await readFile('${data}', 'utf8'));
    for (const line of lines) await appendHistory('${file}', [{...line, run: line.run + process.argv[1]}], () => {});`;
  await writeFile(data, JSON.stringify(lines));
  const writers = ['a', 'b'].map(name => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script, name], {
      cwd: root,
      stdio: 'inherit',
    });
    scope.defer('end the writer', () => child.kill('SIGKILL'));
    return once(child, 'close');
  });
  t.deepEqual(await Promise.all(writers), [
    [0, null],
    [0, null],
  ]);
  const runs = (await readHistory(file)).lines.map(({run}) => run);
  t.deepEqual(runs.toSorted(), ['night-0a', 'night-0b', 'night-1a', 'night-1b', 'night-2a', 'night-2b']);
});
