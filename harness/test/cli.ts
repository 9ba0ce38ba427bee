import path from 'node:path';
import {execa} from 'execa';
import {root} from './repo.ts';

/** How the harness ended, run as a user runs it. */
export type CliResult = {readonly exitCode: number; readonly stdout: string; readonly stderr: string};

/** Starts the harness' own program. */
export function startHarness(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return execa(process.execPath, ['--enable-source-maps', path.join(root, 'harness/dist/main.js'), ...argv], {
    cwd: root,
    env,
    reject: false,
  });
}

/** Runs the harness to its end. */
export async function runHarness(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const {exitCode, stdout, stderr} = await startHarness(argv, env);
  return {exitCode: exitCode ?? 255, stdout, stderr};
}
