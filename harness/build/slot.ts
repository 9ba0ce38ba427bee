import {mkdir, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {command} from '../base/command.ts';
import {withLock} from '../base/lock.ts';
import {type Patch, patchOverlay} from './patches.ts';
import {build} from './root.ts';
import type {SourceTree} from './sources.ts';
import {exists, makeFolder, partialFolder, type Store} from './store.ts';
import type {Toolchain} from './toolchain.ts';

/**
 * A place where one project is built again and again: a source folder and a build folder that stay, so that
 * a changed line costs what `make` or `ninja` need for it, not a build from nothing.
 */
export type Slot = {readonly source: string; readonly build: string; readonly log: string};

/** Runs `work` in the slot of this name, with `tree` and the patches in its source folder. One at a time. */
export async function inSlot(
  store: Store,
  toolchain: Toolchain,
  name: string,
  tree: SourceTree,
  patches: readonly Patch[],
  work: (slot: Slot) => Promise<void>,
): Promise<void> {
  const folder = path.join(store.root, 'slots', name);
  const slot = {
    source: path.join(folder, 'src'),
    build: path.join(folder, 'build'),
    log: path.join(folder, 'build.log'),
  };
  const onWait = (): void => store.emit({kind: 'note', message: `${name}: another run is building there; waiting`});
  await withLock(folder, {onWait, signal: store.signal}, async () => {
    await mkdir(slot.source, {recursive: true});
    await mkdir(slot.build, {recursive: true});
    await rm(slot.log, {force: true});
    await stage(store, toolchain, tree, patches, slot);
    await work(slot);
  });
}

/** Compares by content; what differs gets the present time: never an older one, which `make` would take for unchanged. */
const rsync = ['rsync', '--recursive', '--links', '--perms', '--checksum'];

/** Makes the slot's source folder equal to `tree` with the patches on top. */
async function stage(
  store: Store,
  toolchain: Toolchain,
  tree: SourceTree,
  patches: readonly Patch[],
  slot: Slot,
): Promise<void> {
  await withOverlay(store, toolchain, tree, patches, async (work, touched) => {
    const lines = [...(await ignoredFiles(tree)), ...touched.map(anchored)].map(line => `${line}\n`);
    await writeFile(path.join(work, 'exclude'), lines.join(''));
    const binds = [
      {from: tree.folder, to: '/tree'},
      {from: work, to: '/work'},
      {from: slot.source, to: '/src', writable: true},
    ];
    const whole = [...rsync, '--delete', '--exclude-from=/mnt/work/exclude', '/mnt/tree/', '/mnt/src/'];
    await build(toolchain, 'copying the tree', binds, whole, {signal: store.signal});
    await copyOverlay(store, toolchain, work, touched, slot);
  });
}

/** Brings a slot that is in use to a longer list of patches, of which those it has are the first. */
export async function stageMore(
  store: Store,
  toolchain: Toolchain,
  tree: SourceTree,
  patches: readonly Patch[],
  slot: Slot,
): Promise<void> {
  await withOverlay(store, toolchain, tree, patches, (work, touched) =>
    copyOverlay(store, toolchain, work, touched, slot),
  );
}

/** Runs `use` with a folder in which `overlay` holds the patched files, and with the names of all that are touched. */
async function withOverlay(
  store: Store,
  toolchain: Toolchain,
  tree: SourceTree,
  patches: readonly Patch[],
  use: (work: string, touched: readonly string[]) => Promise<void>,
): Promise<void> {
  const work = await makeFolder(partialFolder(store.root), 'stage');
  try {
    const overlay = path.join(work, 'overlay');
    await mkdir(overlay);
    await use(work, await patchOverlay(toolchain, tree, patches, overlay));
  } finally {
    await rm(work, {recursive: true, force: true});
  }
}

async function copyOverlay(
  store: Store,
  toolchain: Toolchain,
  work: string,
  touched: readonly string[],
  slot: Slot,
): Promise<void> {
  const binds = [
    {from: work, to: '/work'},
    {from: slot.source, to: '/src', writable: true},
  ];
  await build(toolchain, 'copying the patched files', binds, [...rsync, '/mnt/work/overlay/', '/mnt/src/'], {
    signal: store.signal,
  });
  for (const file of touched) {
    if (!(await exists(path.join(work, 'overlay', file)))) await rm(path.join(slot.source, file), {force: true});
  }
}

/** What an in-tree build leaves in a tree that git does not watch over. */
const buildLeftovers = [
  ...['*.o', '*.a', '*.ko', '*.mod', '*.mod.c', '.*.cmd', 'modules.order', 'vmlinux*', '/.config*', '/Module.symvers'],
  ...['/include/config/', '/include/generated/', '/arch/*/include/generated/', '/build/'],
];

/** Patterns for rsync: what stands in the tree but is no part of the source. */
async function ignoredFiles(tree: SourceTree): Promise<string[]> {
  if (tree.source.kind === 'package') return [];
  if (!tree.source.commit) return ['/.git', ...buildLeftovers];
  const git = ['git', '-c', `safe.directory=${tree.folder}`, '-C', tree.folder];
  const list = ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z'];
  const names = (await command('git ls-files', [...git, ...list])).split('\0').filter(name => name !== '');
  return ['/.git', ...names.map(anchored)];
}

/** A file's path as a pattern that means this file only. */
function anchored(file: string): string {
  return `/${file.replace(/[[*?\\]/g, '\\$&')}`;
}
