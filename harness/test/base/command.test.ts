import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import test from 'ava';
import {command, tryCommand} from '../../base/command.ts';
import {Deadline, pause} from '../../base/deadline.ts';
import {UserError} from '../../base/errors.ts';
import {Scope} from '../../base/scope.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

const shell = (script: string): string[] => ['sh', '-c', script];

test('a command gives its exit code, its output, and both streams as they came', async t => {
  const result = await tryCommand(shell('echo out; echo err >&2; exit 3'));
  t.is(result.exitCode, 3);
  t.is(result.stdout, 'out');
  t.deepEqual(result.all.split('\n').sort(), ['err', 'out']);
});

test('a command that must succeed says what it said when it does not', async t => {
  const error = await t.throwsAsync(command('making', shell('echo lost; exit 4')), {instanceOf: UserError});
  t.is(error?.message, 'making failed (exit code 4):\nlost');
});

test('a failed command shows its last lines and names the log', async t => {
  await using scope = new Scope();
  const log = path.join(await temporaryFolder(scope, {}), 'log');
  const work = command('making', shell('seq 100; exit 1'), {log});
  const error = (await t.throwsAsync(work, {instanceOf: UserError})) as UserError;
  t.true(error.message.endsWith('\n99\n100'));
  t.false(error.message.includes('\n75\n'));
  t.is(error.hint, `The whole output is in ${log}.`);
});

test('the log holds all output as soon as the command has ended, and grows', async t => {
  await using scope = new Scope();
  const log = path.join(await temporaryFolder(scope, {log: 'before\n'}), 'log');
  await command('counting', shell('seq 100000'), {log});
  const lines = (await readFile(log, 'utf8')).split('\n');
  t.is(lines[0], 'before');
  t.is(lines.at(-2), '100000');
});

test('a log that cannot be written fails the command', async t => {
  await using scope = new Scope();
  const log = path.join(await temporaryFolder(scope, {}), 'none/log');
  await t.throwsAsync(command('counting', shell('seq 9'), {log}), {code: 'ENOENT', message: /open '.*none\/log'/});
});

test('input, environment and folder reach the command', async t => {
  const options = {input: 'in', env: {WORD: 'w'}, cwd: '/'};
  t.is(await command('a command', shell('echo "$(cat) $WORD $(pwd)"'), options), 'in w /');
});

test('every line is reported as it comes', async t => {
  const lines: string[] = [];
  await command('a command', shell('echo 1; echo 2 >&2'), {onLine: line => lines.push(line)});
  await pause(50, new AbortController().signal);
  t.deepEqual(lines.sort(), ['1', '2']);
});

test('a program that does not exist is named', async t => {
  await t.throwsAsync(tryCommand(['no-such-program']), {instanceOf: UserError, message: 'no-such-program: not found'});
});

test('an interrupt ends the command, with its own reason', async t => {
  const interrupt = new AbortController();
  const running = tryCommand(shell('echo up; exec sleep 60'), {
    signal: interrupt.signal,
    onLine: () => interrupt.abort(new Error('interrupted')),
  });
  await t.throwsAsync(running, {message: 'interrupted'});
});

test('a child dies with the harness, even when that is killed', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {});
  const module = pathToFileURL(path.join(root, 'harness/dist/base/command.js')).href;
  const script = `import {command} from '${module}';
    await command('sleeping', ['sh', '-c', 'echo $$; exec sleep 300'], {onLine: line => console.log(line)});`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {cwd: folder});
  scope.defer('kill the parent', () => parent.kill('SIGKILL'));
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const child = Number(said.toString());
  t.true(await isAlive(child));
  parent.kill('SIGKILL');
  using limit = new Deadline('the child to die', 5000);
  while (await isAlive(child)) await pause(20, limit.signal);
  t.pass();
});

/** Whether a process still runs: neither gone nor only waiting to be buried. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) [ZX] /.test(stat);
}
