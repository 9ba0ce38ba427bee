import {mkdir, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {UserError} from '../base/errors.ts';
import {phase} from '../base/events.ts';
import {hashFile} from '../base/hash.ts';
import type {Source} from '../result/schema.ts';
import {build} from './root.ts';
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

/** How each project's Debian source is fetched and unpacked inside the build root, in the folder /mnt/out. */
const recipes: Record<Project, {package: string; download: string; archive: RegExp; unpack: string}> = {
  linux: {
    package: 'linux-source-6.12',
    download: 'apt-get download -qq linux-source-6.12',
    archive: /^linux-source-6\.12_.*\.deb$/,
    unpack: `
      dpkg-deb --fsys-tarfile linux-source-6.12_*.deb | tar x -O ./usr/src/linux-source-6.12.tar.xz | tar xJ
      mv linux-source-6.12 tree`,
  },
  qemu: {
    package: 'qemu',
    download: 'apt-get source -qq --download-only qemu',
    // It holds the hashes of the upstream archive and of Debian's changes to it.
    archive: /^qemu_.*\.dsc$/,
    unpack: 'dpkg-source --no-check -x qemu_*.dsc tree && rm -rf tree/.pc',
  },
};

/** The tree a build starts from: the user's own, or Debian's package, fetched if it is not there yet. */
export async function ensureSource(
  store: Store,
  toolchain: Toolchain,
  project: Project,
  userTree: string | undefined,
): Promise<SourceTree> {
  if (userTree) return {project, ...(await readTree(project, userTree))};
  const known = await knownPackage(store, project);
  return known ?? (await fetchPackage(store, toolchain, project));
}

/** The packaged source that an earlier run fetched, if one did. */
export async function knownPackage(store: Store, project: Project): Promise<SourceTree | undefined> {
  const name = await readFile(pointer(store, project), 'utf8').catch(() => undefined);
  if (!name) return undefined;
  const folder = artifactPath(store.root, name.trim());
  if (!(await exists(folder))) return undefined;
  return {project, folder: path.join(folder, 'tree'), source: await readMeta<Source>(folder)};
}

/** Forgets which packaged sources were fetched, so that the next run takes the mirror's newest. */
export async function forgetPackages(store: Store): Promise<void> {
  await rm(path.join(store.root, 'sources'), {recursive: true, force: true});
}

async function fetchPackage(store: Store, toolchain: Toolchain, project: Project): Promise<SourceTree> {
  const {package: name, download, archive, unpack} = recipes[project];
  const folder = await makeFolder(partialFolder(store.root), `fetch-${project}`);
  try {
    await phase(store.emit, `fetch ${name}`, () => runApt(store, toolchain, folder, `fetching ${name}`, download));
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
      await runShell(store, toolchain, path.join(partial, 'unpacked'), `unpacking ${name}`, unpack);
      await rename(path.join(partial, 'unpacked', 'tree'), path.join(partial, 'tree'));
      await rm(path.join(partial, 'unpacked'), {recursive: true});
      await writeMeta(partial, meta);
    });
    await mkdir(path.dirname(pointer(store, project)), {recursive: true});
    await writeFile(pointer(store, project), artifact);
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
  return (await knownPackage(store, project))!;
}

/** The full Debian version of a .deb or a .dsc: it stands in the file's name. */
export function versionOf(file: string): string {
  return decodeURIComponent(file.split('_')[1]!.replace(/\.dsc$/, ''));
}

/** Runs an apt command on lists that are fetched anew, kept in memory, so that the build root stays as it was made. */
async function runApt(store: Store, toolchain: Toolchain, folder: string, what: string, script: string): Promise<void> {
  const prepare = `
    mkdir -p /tmp/apt/lists/partial /tmp/apt/archives/partial
    printf '%s\\n' 'APT::Sandbox::User "root";' 'Dir::State::Lists "/tmp/apt/lists";' 'Dir::Cache "/tmp/apt";' > /tmp/apt.conf
    export APT_CONFIG=/tmp/apt.conf
    apt-get update -qq
    `;
  await runShell(store, toolchain, folder, what, `${prepare}${script}`, true);
}

async function runShell(
  store: Store,
  toolchain: Toolchain,
  folder: string,
  what: string,
  script: string,
  online = false,
): Promise<void> {
  const binds = [{from: folder, to: '/out', writable: true}];
  await build(toolchain, what, binds, ['sh', '-ec', `cd /mnt/out\n${script}`], {signal: store.signal, online});
}

function pointer(store: Store, project: Project): string {
  return path.join(store.root, 'sources', project);
}
