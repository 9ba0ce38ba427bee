import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {Scope} from '../base/scope.ts';

/** Makes a temporary folder with some files in it. It goes away with the scope. */
export async function temporaryFolder(scope: Scope, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'harness-test-'));
  scope.defer('remove the temporary folder', () => rm(folder, {recursive: true}));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), {recursive: true});
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}
