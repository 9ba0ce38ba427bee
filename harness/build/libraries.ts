import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {hashFile} from '../base/hash.ts';
import {fingerprint} from '../plan/fingerprint.ts';
import {aptDownload, inFolder} from './apt.ts';
import type {Bind} from './root.ts';
import {artifactPath, ensureArtifact, exists, readMeta, type Store, writeMeta} from './store.ts';
import type {Toolchain} from './toolchain.ts';

/** Libraries that the build root lacks: Debian packages, unpacked in a folder of their own. */
export type Libraries = {
  readonly folder: string;
  /** The packages' files, whose names hold the versions, with their hashes. */
  readonly packages: Readonly<Record<string, string>>;
};

/** Where a build step finds the libraries. */
const place = '/mnt/libraries';

/** The folder with the shared libraries themselves, in a build step. */
const sharedLibraries = `${place}/usr/lib/x86_64-linux-gnu`;

/** Goes up when the steps below change. */
const recipe = 1;

/** Gives the libraries in these packages, fetched from the mirror if they are not there yet. */
export async function ensureLibraries(
  store: Store,
  toolchain: Toolchain,
  packages: readonly string[],
): Promise<Libraries> {
  const names = packages.join(' ');
  const folder = await ensureArtifact(store, librariesName(toolchain, packages), async partial => {
    await aptDownload(store, toolchain, partial, {package: names, download: `apt-get download -qq ${names}`});
    const files = (await readdir(partial)).filter(file => file.endsWith('.deb')).sort();
    const hashes = await Promise.all(files.map(file => hashFile(path.join(partial, file))));
    await inFolder(store, toolchain, partial, `unpacking ${names}`, unpack);
    await writeMeta(partial, Object.fromEntries(files.map((file, index) => [file, hashes[index]])));
  });
  return librariesIn(folder);
}

/** The libraries in these packages, if they are already there. */
export async function findLibraries(
  store: Store,
  toolchain: Toolchain,
  packages: readonly string[],
): Promise<Libraries | undefined> {
  const folder = artifactPath(store.root, librariesName(toolchain, packages));
  return (await exists(folder)) ? librariesIn(folder) : undefined;
}

/** The folder of the libraries in a build step. */
export function libraryBinds(libraries: Libraries | undefined): Bind[] {
  return libraries === undefined ? [] : [{from: libraries.folder, to: place.replace('/mnt', '')}];
}

/** By what the tools in a build step find the libraries: pkg-config, and the loader that ldd asks. */
export function libraryEnvironment(libraries: Libraries | undefined): string[] {
  return libraries === undefined
    ? []
    : [`PKG_CONFIG_PATH=${sharedLibraries}/pkgconfig`, `LD_LIBRARY_PATH=${sharedLibraries}`];
}

/** Unpacks the packages. Their headers and libraries are to be looked for where they are now, not below /usr. */
const unpack = `
  for package in *.deb; do dpkg-deb -x "$package" .; done
  rm *.deb
  sed -i 's|^prefix=.*|prefix=${place}/usr|' usr/lib/x86_64-linux-gnu/pkgconfig/*.pc`;

function librariesName(toolchain: Toolchain, packages: readonly string[]): string {
  return `libraries-${fingerprint({toolchain: toolchain.fingerprint, packages, recipe})}`;
}

async function librariesIn(folder: string): Promise<Libraries> {
  return {folder, packages: await readMeta<Libraries['packages']>(folder)};
}
