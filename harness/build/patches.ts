import {copyFile, mkdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {UserError} from '../base/errors.ts';
import {sha256} from '../plan/fingerprint.ts';
import type {Series} from '../scenario/series.ts';
import {tryBuild} from './root.ts';
import type {Project, SourceTree} from './sources.ts';
import type {Toolchain} from './toolchain.ts';

/** A patch of a series, read. */
export type Patch = {readonly series: string; readonly file: string; readonly text: string; readonly sha256: string};

/** All patches that a series' stack has for one project, in the order in which they are applied. */
export async function readPatches(series: Series, project: Project): Promise<Patch[]> {
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
  const touched = [...new Set(patches.flatMap(patch => touchedFiles(patch.text)))].sort();
  for (const file of touched) {
    await mkdir(path.join(overlay, path.dirname(file)), {recursive: true});
    await copyFile(path.join(tree.folder, file), path.join(overlay, file)).catch(ignoreMissing);
  }
  for (const patch of patches) await applyPatch(toolchain, tree, overlay, patch);
  return touched;
}

async function applyPatch(toolchain: Toolchain, tree: SourceTree, overlay: string, patch: Patch): Promise<void> {
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
  const result = await tryBuild(toolchain, binds, argv, {input: patch.text});
  if (result.exitCode === 0) return;
  const where = explainRejection(result.all);
  throw new UserError(`series ${patch.series}: ${patch.file} does not apply: ${where}`, {
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

function baseName({source}: SourceTree): string {
  return source.kind === 'package' ? `${source.name} ${source.version}` : source.path;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
