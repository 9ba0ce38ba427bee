import {cp, mkdir, rm} from 'node:fs/promises';
import path from 'node:path';
import {command} from '../base/command.ts';
import {copyTouched, type Patch, patchOverlay} from './patches.ts';
import type {SourceTree} from './sources.ts';
import {makeFolder, partialFolder, type Store} from './store.ts';
import type {Toolchain} from './toolchain.ts';

/** What some patches change in all, on top of those below: the list that git-diff(1) gives with --stat --summary. */
export async function diffstat(
  store: Store,
  toolchain: Toolchain,
  tree: SourceTree,
  below: readonly Patch[],
  own: readonly Patch[],
): Promise<string> {
  const work = await makeFolder(partialFolder(store.root), 'diffstat');
  try {
    const [before, after, repository] = ['before', 'after', 'repository'].map(name => path.join(work, name));
    for (const folder of [before!, after!, repository!]) await mkdir(folder);
    await copyTouched(tree, own, before!);
    await patchOverlay(toolchain, tree, below, before!);
    await patchOverlay(toolchain, tree, [...below, ...own], after!);
    const git = (...argv: string[]): Promise<string> =>
      command('git', ['git', '-C', repository!, '-c', 'user.name=x', '-c', 'user.email=x', ...argv], {
        env: {GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null'},
      });
    await git('init', '--quiet');
    await cp(before!, repository!, {recursive: true});
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', '--message', 'below');
    await git(`--work-tree=${after}`, 'add', '--all');
    return await git('diff', '--cached', '--stat=72', '--summary');
  } finally {
    await rm(work, {recursive: true, force: true});
  }
}
