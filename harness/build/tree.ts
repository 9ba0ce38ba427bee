import {lstat, readlink, realpath, stat} from 'node:fs/promises';
import path from 'node:path';
import {command, tryCommand} from '../base/command.ts';
import {UserError} from '../base/errors.ts';
import {hashFile} from '../base/hash.ts';
import {sha256} from '../plan/fingerprint.ts';
import type {Source} from '../result/schema.ts';

/** A file that shows what kind of tree a folder is. */
const landmarks = {linux: 'drivers/vfio/vfio_iommu_type1.c', qemu: 'hw/vfio/meson.build'} as const;

/** Fails where a folder is no source tree of the project. */
export async function requireTree(project: keyof typeof landmarks, folder: string): Promise<void> {
  const landmark = landmarks[project];
  if (await stat(path.join(folder, landmark)).catch(() => undefined)) return;
  throw new UserError(`--${project} ${folder}: not a ${project} source tree (it has no ${landmark})`, {
    hint: `Give the top folder of a ${project} tree.`,
  });
}

/** Looks at a user's own source tree and names its present state, uncommitted changes included. */
export async function readTree(
  project: keyof typeof landmarks,
  folder: string,
): Promise<{folder: string; source: Source}> {
  await requireTree(project, folder);
  const absolute = await realpath(folder);
  const git = ['git', '-c', `safe.directory=${absolute}`, '-C', absolute];
  const top = await tryCommand([...git, 'rev-parse', '--show-toplevel']).catch(() => undefined);
  const isTop = top?.exitCode === 0 && path.resolve(top.stdout.trim()) === absolute;
  const state = isTop ? await gitState(git) : await plainState(absolute);
  return {folder: absolute, source: {kind: 'tree', path: absolute, ...state}};
}

type TreeState = {commit: string | null; dirtySha256: string | null; contentSha256: string};

/** A git tree is named by its commit, and by the diff and the untracked files on top of it. */
async function gitState(git: readonly string[]): Promise<TreeState> {
  const head = await tryCommand([...git, 'rev-parse', '--verify', 'HEAD']);
  if (head.exitCode !== 0) return plainState(git.at(-1)!);
  const diff = await command('git diff', [...git, 'diff', '--binary', '--no-ext-diff', 'HEAD']);
  const untracked = await command('git ls-files', [...git, 'ls-files', '--others', '--exclude-standard', '-z']);
  const hashes: string[] = [];
  for (const name of untracked.split('\0')) hashes.push(await hashEntry(path.join(git.at(-1)!, name)));
  const dirty = diff === '' && untracked === '' ? null : sha256(`${diff}\0${untracked}\0${hashes}`);
  const commit = head.stdout.trim();
  return {commit, dirtySha256: dirty, contentSha256: sha256(`${commit} ${dirty}`)};
}

/** Names an untracked file by its content, and a link by where it leads; other things have no content here. */
async function hashEntry(file: string): Promise<string> {
  const entry = await lstat(file);
  if (entry.isSymbolicLink()) return readlink(file);
  return entry.isFile() ? hashFile(file) : '';
}

/** A tree without git is named by all its files. */
async function plainState(folder: string): Promise<TreeState> {
  const script = 'find . -name .git -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 -P 1 sha256sum | sha256sum';
  const sum = await command('hashing the tree', ['sh', '-c', script], {cwd: folder});
  return {commit: null, dirtySha256: null, contentSha256: sum.split(' ')[0]!};
}
