import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {fingerprint} from '../plan/fingerprint.ts';
import {type Libraries, libraryBinds, libraryEnvironment} from './libraries.ts';
import {readListFile} from './list-file.ts';
import type {Bind} from './root.ts';
import type {Slot} from './slot.ts';
import {exists} from './store.ts';
import type {Toolchain} from './toolchain.ts';

/** How a QEMU is configured. */
export type QemuSetup = {
  /** A file with options of `configure`, one a line. */
  readonly configure: string;
  /** A file that lists its devices. */
  readonly devices: string;
  /** What it needs beyond the build root. */
  readonly libraries?: Libraries;
};

/** What of a setup makes one QEMU differ from another. */
export type QemuConfiguration = {
  readonly options: readonly string[];
  readonly devices: string;
  readonly libraries?: Libraries['packages'];
};

/** Reads how a QEMU is configured. */
export async function readConfiguration({configure, devices, libraries}: QemuSetup): Promise<QemuConfiguration> {
  return {
    options: await readListFile(configure),
    devices: await readFile(devices, 'utf8'),
    ...(libraries && {libraries: libraries.packages}),
  };
}

/** The slot of all QEMUs of one configuration. */
export function qemuSlot(toolchain: Toolchain, configuration: QemuConfiguration): string {
  return `qemu-${fingerprint({toolchain: toolchain.fingerprint, ...configuration})}`;
}

/** The folders that the steps of a QEMU's build see. */
export function qemuBinds({source, build}: Slot, {libraries}: QemuSetup): Bind[] {
  return [{from: source, to: '/src'}, {from: build, to: '/build', writable: true}, ...libraryBinds(libraries)];
}

/** The argument list that runs a program in the build folder. */
export function inBuildFolder(argv: readonly string[], {libraries}: QemuSetup): string[] {
  return ['env', '--chdir=/mnt/build', ...libraryEnvironment(libraries), ...argv];
}

/** Configures the QEMU of a slot, unless that is done. `run` runs a program in the slot's build folder. */
export async function configureQemu(
  setup: QemuSetup,
  slot: Slot,
  run: (argv: readonly string[]) => Promise<string>,
): Promise<void> {
  if (await exists(path.join(slot.build, 'build.ninja'))) return;
  const {options, devices} = await readConfiguration(setup);
  await writeFile(path.join(slot.build, 'harness-devices.mak'), devices);
  // configure looks for the device list below configs/devices/<target>/ of the tree, which we only read.
  await run(['/mnt/src/configure', '--with-devices-x86_64=../../../../build/harness-devices', ...options]);
}
