import path from 'node:path';
import type {QemuProvenance} from '../result/schema.ts';
import {readSeries} from '../scenario/series.ts';
import {emulatorFolder} from '../scenario/series-schema.ts';
import {ensureLibraries, findLibraries, type Libraries} from './libraries.ts';
import {readListFile} from './list-file.ts';
import {readPatches} from './patches.ts';
import {ensureQemu, type QemuProduct, type QemuSpec} from './qemu.ts';
import type {QemuSetup} from './qemu-configuration.ts';
import {ensureSource, type SourceTree} from './sources.ts';
import type {Store} from './store.ts';
import type {Toolchain} from './toolchain.ts';

/** A QEMU on this machine: its program, and the folders with its firmware; none for the ones it was built with. */
export type Emulator = {readonly qemu: string; readonly firmware: readonly string[]};

/** The QEMU that Debian installs. */
export const distributionsQemu: Emulator = {qemu: 'qemu-system-x86_64', firmware: []};

/**
 * The program of the artifact: it runs the QEMU beside it by the loader and the libraries that are there too, since
 * those of this machine are of another Debian. It finds them wherever the store is moved to.
 */
export const launcher = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/lib/ld-linux-x86-64.so.2" --library-path "$here/lib" --argv0 "$0" "$here/bin/qemu-system-x86_64" "$@"
`;

/** What a machine such as L1 boots with, out of the build root. */
const firmware = [
  '/usr/share/seabios/bios-256k.bin',
  ...['kvmvapic.bin', 'linuxboot.bin', 'linuxboot_dma.bin', 'pvh.bin'].map(file => `/usr/share/qemu/${file}`),
];

/** The QEMU that runs L1 under TCG. libslirp is not to be had as a static library, so it is no static binary. */
const emulator: QemuProduct = {
  name: 'emulator',
  binary: 'bin/qemu-system-x86_64',
  install: `
    mkdir /mnt/out/bin /mnt/out/lib /mnt/out/firmware
    strip -o /mnt/out/bin/qemu-system-x86_64 qemu-system-x86_64
    cp -L $(ldd qemu-system-x86_64 | grep -o '/[^ ]*') /mnt/out/lib
    cp ${firmware.join(' ')} /mnt/out/firmware
    cat > /mnt/out/qemu-system-x86_64 <<'END'\n${launcher}END
    chmod +x /mnt/out/qemu-system-x86_64`,
  recipe: 1,
};

/** Builds the QEMU that runs L1 under TCG, if the store does not have it: packaged, with the patches of emulator/. */
export async function ensureEmulator(
  store: Store,
  toolchain: Toolchain,
  repository: string,
): Promise<Emulator & {readonly version: string}> {
  const tree = await ensureSource(store, toolchain, 'qemu', undefined);
  const setup = await ensureEmulatorSetup(store, toolchain, repository);
  const {folder, provenance} = await ensureQemu(store, toolchain, await emulatorSpec(repository, tree, setup));
  return {...emulatorIn(folder), version: versionOf(provenance, path.basename(folder))};
}

/** Where the program and the firmware of an emulator lie. */
export function emulatorIn(folder: string): Emulator {
  return {qemu: path.join(folder, 'qemu-system-x86_64'), firmware: [path.join(folder, 'firmware')]};
}

/** What the emulator is built of. */
export async function emulatorSpec(repository: string, tree: SourceTree, setup: QemuSetup): Promise<QemuSpec> {
  const patches = await readPatches(await readSeries(repository, emulatorFolder), 'qemu');
  return {tree, patches, setup, product: emulator};
}

/** How the emulator is configured, with libraries that are fetched where the store lacks them. */
export async function ensureEmulatorSetup(store: Store, toolchain: Toolchain, repository: string): Promise<QemuSetup> {
  return setupWith(repository, await ensureLibraries(store, toolchain, await packagesOf(repository)));
}

/** How the emulator is configured, if its libraries are there. */
export async function findEmulatorSetup(
  store: Store,
  toolchain: Toolchain,
  repository: string,
): Promise<QemuSetup | undefined> {
  const libraries = await findLibraries(store, toolchain, await packagesOf(repository));
  return libraries && setupWith(repository, libraries);
}

/** What a result says of the emulator: all that went into it is in the artifact's name. */
export function versionOf({version, patches}: Pick<QemuProvenance, 'version' | 'patches'>, artifact: string): string {
  return `QEMU ${[version, ...patches.map(({file}) => file)].join(' + ')} (${artifact})`;
}

function setupWith(repository: string, libraries: Libraries): QemuSetup {
  return {configure: fileOf(repository, 'configure.txt'), devices: fileOf(repository, 'devices.mak'), libraries};
}

function packagesOf(repository: string): Promise<string[]> {
  return readListFile(fileOf(repository, 'packages.txt'));
}

function fileOf(repository: string, name: string): string {
  return path.join(repository, 'kernel-patches', emulatorFolder, name);
}
