import {rename, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {hashFile, hashFolder} from '../../base/hash.ts';
import {Scope} from '../../base/scope.ts';
import {temporaryFolder} from '../folder.ts';

const files = {'a.txt': 'abc', 'deep/b.txt': '1'};

test('a file is named by its sha256', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, files);
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  t.is(await hashFile(path.join(folder, 'a.txt')), abc);
  await t.throwsAsync(hashFile(path.join(folder, 'none')), {code: 'ENOENT'});
});

const folderHash = test.macro(async (t, isSame: boolean, change: (folder: string) => Promise<unknown>) => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, files);
  const before = await hashFolder(folder);
  await change(folder);
  t.is((await hashFolder(folder)) === before, isSame);
});

test('a folder that stays the same keeps its hash', folderHash, true, folder =>
  writeFile(path.join(folder, 'a.txt'), 'abc'),
);
test('a changed file changes the hash of its folder', folderHash, false, folder =>
  writeFile(path.join(folder, 'deep/b.txt'), '2'),
);
test('a new file changes the hash of its folder', folderHash, false, folder => writeFile(path.join(folder, 'c'), ''));
test('a renamed file changes the hash of its folder', folderHash, false, folder =>
  rename(path.join(folder, 'a.txt'), path.join(folder, 'c.txt')),
);

test('two folders with the same files have the same hash', async t => {
  await using scope = new Scope();
  t.is(await hashFolder(await temporaryFolder(scope, files)), await hashFolder(await temporaryFolder(scope, files)));
});
