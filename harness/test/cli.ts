import {readdir} from 'node:fs/promises';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {execa} from 'execa';
import {Scope} from '../base/scope.ts';
import {temporaryFolder} from './folder.ts';
import {root} from './repo.ts';

/** How the harness ended, run as a user runs it. */
export type CliResult = {readonly exitCode: number; readonly stdout: string; readonly stderr: string};

/** Starts the harness' own program. */
export function startHarness(argv: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = root) {
  return execa(process.execPath, ['--enable-source-maps', path.join(root, 'harness/dist/main.js'), ...argv], {
    cwd,
    env,
    reject: false,
  });
}

/** Runs the harness to its end. */
export async function runHarness(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = root,
): Promise<CliResult> {
  const {exitCode, stdout, stderr} = await startHarness(argv, env, cwd);
  return {exitCode: exitCode ?? 255, stdout, stderr};
}

/** Runs it in a folder of its own with these files and an empty cache, and checks that it leaves no other files there. */
export async function inFolder(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  argv: readonly string[],
): Promise<CliResult> {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, files);
  const ended = await runHarness(argv, {HARNESS_CACHE: path.join(folder, 'cache'), NODE_OPTIONS: ''}, folder);
  t.deepEqual(await readdir(folder), Object.keys(files), 'nothing is left behind');
  return ended;
}
