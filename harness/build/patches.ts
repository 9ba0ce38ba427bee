import {copyFile, mkdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import type {CommandResult} from '../base/command.ts';
import {UserError} from '../base/errors.ts';
import {sha256} from '../plan/fingerprint.ts';
import type {Series} from '../scenario/series.ts';
import {tryBuild} from './root.ts';
import type {Project, SourceTree} from './sources.ts';
import type {Toolchain} from './toolchain.ts';

/** A patch of a series, read. */
export type Patch = {readonly series: string; readonly file: string; readonly text: string; readonly sha256: string};

/** All patches that a series' stack has for one project, in the order in which they are applied. */
export async function readPatches(series: Pick<Series, 'stack'>, project: Project): Promise<Patch[]> {
  const files = series.stack.flatMap(layer => layer[project].map(file => ({series: layer.name, file})));
  return Promise.all(
    files.map(async ({series: name, file}) => {
      const text = await readFile(file, 'utf8');
      return {series: name, file, text, sha256: sha256(text)};
    }),
  );
}

/** The files of the tree that a patch changes, makes or removes. */
export function touchedFiles(patch: string): string[] {
  const headers = patch.matchAll(/^(?:--- a\/|\+\+\+ b\/|rename from |rename to )([^\t\n]+)/gm);
  return [...new Set([...headers].map(match => match[1]!))];
}

/**
 * Applies the patches to copies of just the files they touch, in `overlay`. The tree itself is only read, so
 * a patch that does not apply leaves nothing behind but the overlay.
 * @returns the touched files' paths, sorted; those that a patch removed are not in the overlay.
 */
export async function patchOverlay(
  toolchain: Toolchain,
  tree: SourceTree,
  patches: readonly Patch[],
  overlay: string,
): Promise<string[]> {
  const touched = await copyTouched(tree, patches, overlay);
  for (const patch of patches) {
    const {exitCode, all} = await applyPatch(toolchain, overlay, patch);
    if (exitCode !== 0) throw rejection(tree, patch, explainRejection(all));
  }
  return touched;
}

/** Copies the files that the patches touch, as they are in the tree, and gives their paths, sorted. */
export async function copyTouched(tree: SourceTree, patches: readonly Patch[], overlay: string): Promise<string[]> {
  const touched = [...new Set(patches.flatMap(patch => touchedFiles(patch.text)))].sort();
  for (const file of touched) {
    await mkdir(path.join(overlay, path.dirname(file)), {recursive: true});
    await copyFile(path.join(tree.folder, file), path.join(overlay, file)).catch(ignoreMissing);
  }
  return touched;
}

/** Applies one patch to the copies, without fuzz; the result says whether it fits. */
export async function applyPatch(toolchain: Toolchain, overlay: string, patch: Patch): Promise<CommandResult> {
  const binds = [{from: overlay, to: '/overlay', writable: true}];
  const argv = [
    'patch',
    '-p1',
    '--batch',
    '--forward',
    '--fuzz=0',
    '--no-backup-if-mismatch',
    '--directory=/mnt/overlay',
  ];
  return tryBuild(toolchain, binds, argv, {input: patch.text});
}

function rejection(tree: SourceTree, patch: Patch, where: string): UserError {
  return new UserError(`series ${patch.series}: ${patch.file} does not apply: ${where}`, {
    hint: `The base is ${baseName(tree)}. Rebase the patch onto it; no fuzz is allowed. Nothing was changed.`,
  });
}

/** Turns the words of patch(1) into "file, hunk n at line m". */
export function explainRejection(output: string): string {
  let file = 'an unnamed file';
  const failures: string[] = [];
  for (const line of output.split('\n')) {
    file = /^(?:checking|patching) file '?(.+?)'?$/.exec(line)?.[1] ?? file;
    const hunk = /^Hunk #(\d+) FAILED at (\d+)/.exec(line);
    if (hunk) failures.push(`${file}, hunk ${hunk[1]} at line ${hunk[2]}`);
    const missing = /^can't find file to patch at input line (\d+)/.exec(line);
    if (missing) failures.push(`a file it changes is not in the tree (line ${missing[1]} of the patch)`);
    const wrong = /^The next patch would (create|delete) the file (.+),$/.exec(line);
    if (wrong) failures.push(`${wrong[2]} is ${wrong[1] === 'create' ? 'in the tree already' : 'not in the tree'}`);
    if (/previously applied\) patch detected/.test(line)) failures.push(`${file} seems to have the change already`);
    const malformed = /malformed patch at line (\d+)/.exec(line);
    if (malformed) failures.push(`line ${malformed[1]} of the patch is malformed`);
  }
  return failures.join('; ') || output.trim();
}

/** Turns the words of patch(1) on hunks that were found elsewhere into "file, hunk n: m lines further down". */
export function explainOffsets(output: string): string[] {
  let file = 'an unnamed file';
  return output.split('\n').flatMap(line => {
    file = /^(?:checking|patching) file '?(.+?)'?$/.exec(line)?.[1] ?? file;
    const [, hunk, lines] = /^Hunk #(\d+) succeeded at \d+ \(offset (-?\d+) lines?\)/.exec(line) ?? [];
    if (hunk === undefined) return [];
    const distance = Math.abs(Number(lines));
    const direction = Number(lines) < 0 ? 'up' : 'down';
    return [`${file}, hunk ${hunk}: ${distance} ${distance === 1 ? 'line' : 'lines'} further ${direction}`];
  });
}

/** What a tree is called: its package and version, or its folder. */
export function baseName({source}: SourceTree): string {
  return source.kind === 'package' ? `${source.name} ${source.version}` : source.path;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
