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

/**
 * Makes the slot's source folder equal to `tree` with the patches on top. Files are compared by content, and
 * those that differ get the present time: never an older one, which `make` would take for unchanged.
 */
async function stage(
  store: Store,
  toolchain: Toolchain,
  tree: SourceTree,
  patches: readonly Patch[],
  slot: Slot,
): Promise<void> {
  const work = await makeFolder(partialFolder(store.root), 'stage');
  try {
    const overlay = path.join(work, 'overlay');
    await mkdir(overlay);
    const touched = await patchOverlay(toolchain, tree, patches, overlay);
    const ignored = await ignoredFiles(tree);
    await writeFile(
      path.join(work, 'exclude'),
      [...ignored, ...touched.map(anchored)].map(line => `${line}\n`).join(''),
    );
    const binds = [
      {from: tree.folder, to: '/tree'},
      {from: work, to: '/work'},
      {from: slot.source, to: '/src', writable: true},
    ];
    const rsync = ['rsync', '--recursive', '--links', '--perms', '--checksum'];
    const whole = [...rsync, '--delete', '--exclude-from=/mnt/work/exclude', '/mnt/tree/', '/mnt/src/'];
    await build(toolchain, 'copying the tree', binds, whole, {signal: store.signal});
    await build(toolchain, 'copying the patched files', binds, [...rsync, '/mnt/work/overlay/', '/mnt/src/'], {
      signal: store.signal,
    });
    for (const file of touched) {
      if (!(await exists(path.join(overlay, file)))) await rm(path.join(slot.source, file), {force: true});
    }
  } finally {
    await rm(work, {recursive: true, force: true});
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
