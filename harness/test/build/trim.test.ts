import {mkdir, readdir, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {artifactPath} from '../../build/store.ts';
import {markUsed, trimArtifacts} from '../../build/trim.ts';
import {temporaryFolder} from '../folder.ts';

/** A store with artifacts of 100 bytes each, the first used last. */
async function storeOf(scope: Scope, ...names: readonly string[]): Promise<string> {
  const root = await temporaryFolder(scope, {});
  for (const [age, name] of names.entries()) {
    const folder = artifactPath(root, name);
    await mkdir(folder, {recursive: true});
    for (const file of ['state', 'meta.json']) await writeFile(path.join(folder, file), 'x'.repeat(50));
    await utimes(folder, 1_000_000 - age, 1_000_000 - age);
  }
  return root;
}

test('what was not used for the longest goes first, and nothing of another kind', async t => {
  await using scope = new Scope();
  const root = await storeOf(scope, 'saved-3', 'saved-2', 'saved-1', 'kernel-1');
  await trimArtifacts(root, 'saved-', 200);
  t.deepEqual(await readdir(artifactPath(root, '.')), ['kernel-1', 'saved-2', 'saved-3']);
});

test('what is used again stays', async t => {
  await using scope = new Scope();
  const root = await storeOf(scope, 'saved-3', 'saved-2', 'saved-1');
  await markUsed(artifactPath(root, 'saved-1'));
  await trimArtifacts(root, 'saved-', 299);
  t.deepEqual(await readdir(artifactPath(root, '.')), ['saved-1', 'saved-3']);
});

test('a store that has nothing yet has nothing to lose', async t => {
  await using scope = new Scope();
  await t.notThrowsAsync(trimArtifacts(await temporaryFolder(scope, {}), 'saved-', 0));
});
