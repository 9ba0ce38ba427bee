import {symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {command} from '../../base/command.ts';
import {Scope} from '../../base/scope.ts';
import {readTree} from '../../build/tree.ts';
import type {Source} from '../../result/schema.ts';
import {complaintOf} from '../complaint.ts';
import {temporaryFolder} from '../folder.ts';

const landmark = 'drivers/vfio/vfio_iommu_type1.c';
type TreeSource = Extract<Source, {kind: 'tree'}>;

async function makeTree(scope: Scope): Promise<string> {
  return temporaryFolder(scope, {[landmark]: 'int a;\n', Makefile: 'all:\n', '.gitignore': '*.o\n'});
}

async function git(folder: string, ...args: string[]): Promise<string> {
  const name = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
  return command('git', ['git', '-C', folder, ...name, ...args]);
}

async function makeGitTree(scope: Scope): Promise<string> {
  const folder = await makeTree(scope);
  await git(folder, 'init', '--quiet');
  await git(folder, 'add', '.');
  await git(folder, 'commit', '--quiet', '--message=first');
  return folder;
}

async function look(folder: string): Promise<TreeSource> {
  return (await readTree('linux', folder)).source as TreeSource;
}

test('a clean git tree is named by its commit', async t => {
  await using scope = new Scope();
  const folder = await makeGitTree(scope);
  const source = await look(folder);
  t.like(source, {kind: 'tree', path: folder, commit: await git(folder, 'rev-parse', 'HEAD'), dirtySha256: null});
  t.deepEqual(await look(folder), source);
});

test('uncommitted changes, staged ones and new files each change a git tree’s state', async t => {
  await using scope = new Scope();
  const folder = await makeGitTree(scope);
  const states = [await look(folder)];
  await writeFile(path.join(folder, landmark), 'int b;\n');
  states.push(await look(folder));
  await git(folder, 'add', '.');
  t.deepEqual(await look(folder), states[1]!);
  await writeFile(path.join(folder, 'new.c'), '1');
  states.push(await look(folder));
  await writeFile(path.join(folder, 'new.c'), '2');
  states.push(await look(folder));
  await git(folder, 'add', '.');
  await git(folder, 'commit', '--quiet', '--message=second');
  states.push(await look(folder));
  t.is(new Set(states.map(state => state.contentSha256)).size, 5);
  t.is(new Set(states.map(state => state.commit)).size, 2);
  t.is(states.filter(state => state.dirtySha256 === null).length, 2);
});

test('what git ignores does not count', async t => {
  await using scope = new Scope();
  const folder = await makeGitTree(scope);
  const before = await look(folder);
  await writeFile(path.join(folder, 'a.o'), '');
  t.deepEqual(await look(folder), before);
});

test('a git tree behind a symbolic link is a git tree', async t => {
  await using scope = new Scope();
  const folder = await makeGitTree(scope);
  const link = path.join(await temporaryFolder(scope, {}), 'linux');
  await symlink(folder, link);
  t.deepEqual(await look(link), await look(folder));
});

test('a new file may be a link to a folder, or to nothing', async t => {
  await using scope = new Scope();
  const folder = await makeGitTree(scope);
  const before = await look(folder);
  await symlink('drivers', path.join(folder, 'link'));
  await symlink('nowhere', path.join(folder, 'dangling'));
  t.not((await look(folder)).contentSha256, before.contentSha256);
});

test('a tree without git is named by its files', async t => {
  await using scope = new Scope();
  const folder = await makeTree(scope);
  const before = await look(folder);
  t.like(before, {commit: null, dirtySha256: null});
  t.is((await look(await makeTree(scope))).contentSha256, before.contentSha256);
  await writeFile(path.join(folder, 'Makefile'), 'all: x\n');
  t.not((await look(folder)).contentSha256, before.contentSha256);
});

test('a git repository without a commit is named by its files', async t => {
  await using scope = new Scope();
  const folder = await makeTree(scope);
  const before = await look(folder);
  await git(folder, 'init', '--quiet');
  t.deepEqual(await look(folder), before);
});

test('a tree inside somebody else’s repository is not that repository', async t => {
  await using scope = new Scope();
  const outer = await temporaryFolder(scope, {[`inner/${landmark}`]: ''});
  await git(outer, 'init', '--quiet');
  await git(outer, 'add', '.');
  await git(outer, 'commit', '--quiet', '--message=outer');
  t.is((await look(path.join(outer, 'inner'))).commit, null);
});

const refuses = test.macro(async (t, project: 'linux' | 'qemu', folder: string, message: string) => {
  await using scope = new Scope();
  const parent = await makeTree(scope);
  const complaint = await complaintOf(t, readTree(project, path.join(parent, folder)), parent);
  t.is(complaint.message, message);
});

test(
  'a folder that is no tree is refused',
  refuses,
  'linux',
  'drivers',
  `--linux drivers: not a linux source tree (it has no ${landmark})`,
);
test(
  'a folder that is not there is refused',
  refuses,
  'linux',
  'none',
  `--linux none: not a linux source tree (it has no ${landmark})`,
);
test(
  'a linux tree is no QEMU tree',
  refuses,
  'qemu',
  'drivers',
  '--qemu drivers: not a qemu source tree (it has no hw/vfio/meson.build)',
);
