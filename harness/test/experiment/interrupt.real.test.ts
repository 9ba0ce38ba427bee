import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import readline from 'node:readline';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {readResult} from '../../result/read.ts';
import {startHarness} from '../cli.ts';
import {temporaryFolder} from '../folder.ts';

/** Processes of QEMU whose command line names the folder. */
async function qemusIn(folder: string): Promise<string[]> {
  const processes = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const lines = await Promise.all(processes.map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter(line => line.includes('qemu-system') && line.includes(folder));
}

/** Those that are left after 5 s at most. */
async function qemusLeftIn(folder: string): Promise<string[]> {
  for (let left = 50; left > 0 && (await qemusIn(folder)).length > 0; left -= 1) {
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  return qemusIn(folder);
}

/** Starts a run, and waits until the phase of this name begins. */
async function startRun(scope: Scope, phase: string, ...more: readonly string[]) {
  const folder = await temporaryFolder(scope, {});
  const small = ['--set', 'liveMappings=64', '--set', 'pages=256', '--set', 'settleBeforeMs=60000'];
  const out = ['--out', path.join(folder, 'results')];
  const argv = ['scenario', 'iova-churn', '--series', 'upstream', ...out, ...small, ...more];
  const child = startHarness(argv, {TMPDIR: folder});
  scope.defer('kill the harness', () => child.kill('SIGKILL'));
  const lines = readline.createInterface({input: child.stderr});
  const said: string[] = [];
  for await (const line of lines) {
    if (line.includes(`${phase} …`)) return {child, folder};
    said.push(line);
  }
  throw new Error(`the run ended before ${phase}: ${said.join('\n')}`);
}

const cases = [
  {signal: 'SIGKILL', exitCode: undefined},
  {signal: 'SIGINT', exitCode: 130},
  {signal: 'SIGTERM', exitCode: 130},
] as const;

for (const {signal, exitCode} of cases) {
  test(`after ${signal} no QEMU is left within 5 s, and what was collected is on disk`, async t => {
    await using scope = new Scope();
    const {child, folder} = await startRun(scope, 'churn before');
    t.is((await qemusIn(folder)).length, 1);
    child.kill(signal);
    const ended = await child;
    t.is(ended.exitCode, exitCode);

    t.deepEqual(await qemusLeftIn(folder), []);

    const results = path.join(folder, 'results');
    const [run] = await readdir(results);
    const events = await readFile(path.join(results, run!, 'events.jsonl'), 'utf8');
    t.true(events.split('\n').some(line => line.includes('"kind":"qmp"')));
    for (const machine of ['l1', 'source', 'target']) {
      t.true((await readdir(path.join(results, run!, 'trials/upstream-001'))).includes(`${machine}.console.log`));
    }
    t.regex(await readFile(path.join(results, run!, 'trials/upstream-001/l1.console.log'), 'utf8'), /harness: ready/);
    if (exitCode === undefined) return; // Nobody was left to write a result.
    t.is((await readResult(path.join(results, run!, 'upstream.json'))).outcome, 'interrupted');
  });
}

test('a Ctrl-C while an L1 boots to be saved ends the trial, and leaves nothing', async t => {
  await using scope = new Scope();
  const unlikeAnySaved = ['--clock', 'virtual', '--set', 'l2MemoryMiB=777'];
  const {child, folder} = await startRun(scope, 'boot L2', ...unlikeAnySaved);
  t.is((await qemusIn(folder)).length, 1);
  child.kill('SIGINT');
  t.is((await child).exitCode, 130);
  t.deepEqual(await qemusLeftIn(folder), []);
  t.deepEqual(await readdir(folder), ['results']);
  const [run] = await readdir(path.join(folder, 'results'));
  const trials = path.join(folder, 'results', run!, 'trials');
  t.true((await readdir(path.join(trials, 'upstream-001-saving'))).includes('l1.console.log'));
  t.is((await readResult(path.join(folder, 'results', run!, 'upstream.json'))).outcome, 'interrupted');
});
