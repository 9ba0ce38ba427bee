import {readdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {command} from '../../base/command.ts';
import {Scope} from '../../base/scope.ts';
import {readGuestImages} from '../../build/guest-images.ts';
import {ensureHostPackages} from '../../build/host-packages.ts';
import {inSlot} from '../../build/slot.ts';
import {cacheRoot, type Store} from '../../build/store.ts';
import {ensureToolchain} from '../../build/toolchain.ts';
import {readTree} from '../../build/tree.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

/** A tree in which someone has built, and whose own names look a little like what a build leaves. */
const sources = {
  '.gitignore': '*.o\n.config\n/include/generated/\n*.ko\n',
  'drivers/vfio/vfio_iommu_type1.c': 'int a;\n',
  'drivers/md/dm-builtin.c': 'int b;\n',
  'lib/build/list.c': 'int c;\n',
  'kernel/configs/.config.example': 'A=y\n',
  'include/linux/generated/bounds.h': '#define B\n',
};
const leftovers = {
  'drivers/vfio/vfio_iommu_type1.o': 'an object',
  'drivers/vfio/vfio_iommu_type1.ko': 'a module',
  '.config': 'CONFIG_A=y\n',
  'include/generated/autoconf.h': '#define A 1\n',
};

/** The files of a folder, by their paths in it. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true});
  const files = entries.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name));
  return files.map(file => path.relative(folder, file)).sort();
}

/** Copies a user's tree into a slot, and gives what is there then. */
async function stagedFrom(scope: Scope, folder: string): Promise<string[]> {
  const {signal} = new AbortController();
  const emit = (): void => {};
  await ensureHostPackages(emit, signal);
  const toolchain = await ensureToolchain({root: cacheRoot(), emit, signal}, (await readGuestImages(root)).packages);
  const store: Store = {root: await temporaryFolder(scope, {}), emit, signal};
  const tree = {project: 'linux', ...(await readTree('linux', folder))} as const;
  let staged: string[] = [];
  await inSlot(store, toolchain, 'linux', tree, [], async ({source}) => {
    staged = await filesOf(source);
  });
  return staged;
}

test('what a build left in a tree without git does not get into a slot, and all sources do', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {...sources, ...leftovers});
  t.deepEqual(await stagedFrom(scope, folder), Object.keys(sources).sort());
});

test('of a tree with git, what git ignores does not', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {...sources, ...leftovers});
  const git = ['git', '-C', folder, '-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
  await command('git', [...git, 'init', '--quiet']);
  await command('git', [...git, 'add', '.']);
  await command('git', [...git, 'commit', '--quiet', '--message=first']);
  t.deepEqual(await stagedFrom(scope, folder), Object.keys(sources).sort());
});
