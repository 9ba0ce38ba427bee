import type {Dirent} from 'node:fs';
import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {UserError} from '../base/errors.ts';
import {defaultBase, type KernelBase} from './kernel-base.ts';
import {didYouMean} from './nearest.ts';
import {commonFolder, debugFolder, emulatorFolder, seriesName} from './series-schema.ts';

/** The patches of one folder, as absolute paths in the order in which they are applied. */
export type SeriesLayer = {readonly name: string; readonly linux: readonly string[]; readonly qemu: readonly string[]};

/** The folder of a series. */
function seriesFolder(root: string, name: string): string {
  return path.resolve(root, 'kernel-patches', name);
}

/** The file that makes a folder a series. */
export function seriesFile(root: string, name: string): string {
  return path.join(seriesFolder(root, name), 'series.yaml');
}

/** Whether a folder goes with every series, and is none itself. */
export function isLayerOnly(name: string): boolean {
  return name === commonFolder || name === debugFolder;
}

/** Lists every series of the repository at `root` that can be run, those in a group such as `controls` included. */
export async function listSeries(root: string): Promise<string[]> {
  const isOther = (name: string): boolean => isLayerOnly(name) || name === emulatorFolder;
  const top = (await foldersIn(seriesFolder(root, '.'))).filter(name => !isOther(name));
  const grouped = await Promise.all(
    top.map(async group => (await foldersIn(seriesFolder(root, group))).map(name => `${group}/${name}`)),
  );
  const candidates = [...top, ...grouped.flat()];
  const found = await Promise.all(candidates.map(name => isSeries(root, name)));
  return candidates.filter((_, index) => found[index]).sort();
}

/** Explains why a name is not that of a series that can be run. `where` begins the message. */
export async function requireArm(root: string, name: string, where: string): Promise<void> {
  if (name !== emulatorFolder) return requireSeries(root, name, where);
  throw new UserError(`${where}${name} is no series to run: its patches are for the QEMU that runs L1 under TCG`, {
    hint: `They are in every run under TCG as it is. To look at them: npm run series -- check ${name}`,
  });
}

/** Explains why a name is not that of a series. `where` begins the message. */
export async function requireSeries(root: string, name: string, where: string): Promise<void> {
  const isName = seriesName.test(name) && !isLayerOnly(name);
  if (isName && (await isSeries(root, name))) return;
  const known = await listSeries(root);
  if (!isName && known.includes(name)) {
    throw new UserError(`${where}kernel-patches/${name} is no name for a series`, {
      hint: 'Rename the folder: letters, digits, dots, dashes and underscores.',
    });
  }
  const isGroup = known.some(other => other.startsWith(`${name}/`));
  if (isName && !isGroup && (await entriesOf(seriesFolder(root, name))) !== undefined) {
    throw new UserError(`${where}kernel-patches/${name} has no series.yaml`, {
      hint: 'Give it one; kernel-patches/README.md describes the fields. A title is enough.',
    });
  }
  throw new UserError(`${where}there is no series ${JSON.stringify(name)}${didYouMean(name, known)}`, {
    hint: `Known series: ${known.join(', ') || 'none'}.`,
  });
}

/**
 * Lists the patches of a folder. One without patches is fine: `upstream` has none. On another base than the default,
 * a folder such as `linux-7.2` takes the place of `linux`; without one, the same patches are applied to both.
 */
export async function readLayer(root: string, name: string, base: KernelBase = defaultBase): Promise<SeriesLayer> {
  const folder = seriesFolder(root, name);
  const port = base === defaultBase ? [] : await patchesIn(path.join(folder, `linux-${base}`));
  const linux = port.length > 0 ? port : await patchesIn(path.join(folder, 'linux'));
  return {name, linux, qemu: await patchesIn(path.join(folder, 'qemu'))};
}

async function patchesIn(folder: string): Promise<string[]> {
  const names = ((await entriesOf(folder)) ?? []).map(entry => entry.name);
  return names
    .filter(name => name.endsWith('.patch'))
    .sort()
    .map(name => path.join(folder, name));
}

async function foldersIn(folder: string): Promise<string[]> {
  return ((await entriesOf(folder)) ?? []).filter(entry => entry.isDirectory()).map(entry => entry.name);
}

async function isSeries(root: string, name: string): Promise<boolean> {
  const entries = (await entriesOf(seriesFolder(root, name))) ?? [];
  return entries.some(entry => entry.name === 'series.yaml');
}

async function entriesOf(folder: string): Promise<Dirent[] | undefined> {
  try {
    return await readdir(folder, {withFileTypes: true});
  } catch (cause) {
    const {code} = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UserError(`cannot list ${folder}: ${code}`, {hint: 'Check who may read it.', cause});
  }
}
