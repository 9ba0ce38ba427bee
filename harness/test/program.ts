import {spawn} from 'node:child_process';
import {readdir} from 'node:fs/promises';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {Scope} from '../base/scope.ts';
import {temporaryFolder} from './folder.ts';
import {root} from './repo.ts';

/** How the program ended, and what it printed. */
export type Ended = {readonly code: number | null; readonly stdout: string; readonly stderr: string};

/** Runs the real program in a folder, with an empty cache there. */
function harness(folder: string, argv: readonly string[]): Promise<Ended> {
  const env = {...process.env, HARNESS_CACHE: path.join(folder, 'cache'), NODE_OPTIONS: ''};
  const child = spawn(process.execPath, [path.join(root, 'harness/dist/main.js'), ...argv], {cwd: folder, env});
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', chunk => {
    stdout += chunk;
  });
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  return new Promise(resolve => child.on('close', code => resolve({code, stdout, stderr})));
}

/** Runs the real program in a folder of its own with these files, and checks that it leaves no others. */
export async function inFolder(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  argv: readonly string[],
): Promise<Ended> {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, files);
  const ended = await harness(folder, argv);
  t.deepEqual(await readdir(folder), Object.keys(files), 'nothing is left behind');
  return ended;
}
