import {mkdir, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {UserError} from '../base/errors.ts';
import {phase} from '../base/events.ts';
import {hashFile} from '../base/hash.ts';
import type {Source} from '../result/schema.ts';
import {defaultBase, type KernelBase} from '../scenario/kernel-base.ts';
import {type AptDownload, aptDownload, inFolder} from './apt.ts';
import {
  artifactPath,
  ensureArtifact,
  exists,
  makeFolder,
  partialFolder,
  readMeta,
  type Store,
  writeMeta,
} from './store.ts';
import type {Toolchain} from './toolchain.ts';
import {readTree} from './tree.ts';

/** The two projects that series patch. */
export type Project = 'linux' | 'qemu';

/** A source tree to build from. It is only read: patches go onto a copy. */
export type SourceTree = {readonly project: Project; readonly folder: string; readonly source: Source};

/** Names what stands in a tree, wherever it lies. */
export function contentOf({source}: SourceTree): string {
  return source.kind === 'package' ? source.sha256 : source.contentSha256;
}

/** How a Debian source is fetched and unpacked inside the build root, in the folder /mnt/out. */
type Recipe = AptDownload & {readonly archive: RegExp; readonly unpack: string};

/** Which Debian release has the Linux of a base, where it is not the one of the build root. */
const suites: Partial<Record<KernelBase, string>> = {'7.2': 'sid'};

/** The recipe for a project; `base` tells one Linux from another. */
function recipeFor(project: Project, base: KernelBase): Recipe {
  return project === 'qemu' ? qemuRecipe : linuxRecipe(base);
}

const qemuRecipe: Recipe = {
  package: 'qemu',
  download: 'apt-get source -qq --download-only qemu',
  // It holds the hashes of the upstream archive and of Debian's changes to it.
  archive: /^qemu_.*\.dsc$/,
  unpack: 'dpkg-source --no-check -x qemu_*.dsc tree && rm -rf tree/.pc',
};

function linuxRecipe(base: KernelBase): Recipe {
  const name = `linux-source-${base}`;
  const suite = suites[base];
  return {
    package: name,
    download: `apt-get download -qq ${name}`,
    archive: new RegExp(`^${name.replaceAll('.', '\\.')}_.*\\.deb$`),
    unpack: `
      dpkg-deb --fsys-tarfile ${name}_*.deb | tar x -O ./usr/src/${name}.tar.xz | tar xJ
      mv ${name} tree`,
    ...(suite !== undefined && {suite}),
  };
}

/** The tree a build starts from: the user's own, or Debian's package, fetched if it is not there yet. */
export async function ensureSource(
  store: Store,
  toolchain: Toolchain,
  project: Project,
  userTree: string | undefined,
  base: KernelBase = defaultBase,
): Promise<SourceTree> {
  if (userTree) return {project, ...(await readTree(project, userTree))};
  const known = await knownPackage(store, project, base);
  return known ?? (await fetchPackage(store, toolchain, project, base));
}

/** The packaged source that an earlier run fetched, if one did. */
export async function knownPackage(
  store: Store,
  project: Project,
  base: KernelBase = defaultBase,
): Promise<SourceTree | undefined> {
  const name = await readFile(pointer(store, project, base), 'utf8').catch(() => undefined);
  if (!name) return undefined;
  const folder = artifactPath(store.root, name.trim());
  if (!(await exists(folder))) return undefined;
  return {project, folder: path.join(folder, 'tree'), source: await readMeta<Source>(folder)};
}

/** Forgets which packaged sources were fetched, so that the next run takes the mirror's newest. */
export async function forgetPackages(store: Store): Promise<void> {
  await rm(path.join(store.root, 'sources'), {recursive: true, force: true});
}

async function fetchPackage(
  store: Store,
  toolchain: Toolchain,
  project: Project,
  base: KernelBase,
): Promise<SourceTree> {
  const recipe = recipeFor(project, base);
  const {package: name, archive, unpack} = recipe;
  const folder = await makeFolder(partialFolder(store.root), `fetch-${project}`);
  try {
    await phase(store.emit, `fetch ${name}`, () => aptDownload(store, toolchain, folder, recipe));
    const files = await readdir(folder);
    const file = files.find(candidate => archive.test(candidate));
    if (!file) throw new UserError(`${name}: the mirror gave no such package`, {hint: `It gave: ${files.join(' ')}`});
    const meta: Source = {
      kind: 'package',
      name,
      version: versionOf(file),
      sha256: await hashFile(path.join(folder, file)),
    };
    const artifact = `source-${project}-${meta.sha256.slice(0, 16)}`;
    await ensureArtifact(store, artifact, async partial => {
      await rename(folder, path.join(partial, 'unpacked'));
      await inFolder(store, toolchain, path.join(partial, 'unpacked'), `unpacking ${name}`, unpack);
      await rename(path.join(partial, 'unpacked', 'tree'), path.join(partial, 'tree'));
      await rm(path.join(partial, 'unpacked'), {recursive: true});
      await writeMeta(partial, meta);
    });
    await mkdir(path.dirname(pointer(store, project, base)), {recursive: true});
    await writeFile(pointer(store, project, base), artifact);
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
  return (await knownPackage(store, project, base))!;
}

/** The full Debian version of a .deb or a .dsc: it stands in the file's name. */
export function versionOf(file: string): string {
  return decodeURIComponent(file.split('_')[1]!.replace(/\.dsc$/, ''));
}

function pointer(store: Store, project: Project, base: KernelBase): string {
  const isOther = project === 'linux' && base !== defaultBase;
  return path.join(store.root, 'sources', isOther ? `${project}-${base}` : project);
}
