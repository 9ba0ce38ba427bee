import {cp, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {hashFile} from '../base/hash.ts';
import {fingerprint, sha256} from '../plan/fingerprint.ts';
import type {QemuProvenance} from '../result/schema.ts';
import {cores} from './cores.ts';
import type {GuestImages} from './guest-images.ts';
import {makeReporter} from './make-progress.ts';
import type {Patch} from './patches.ts';
import {build} from './root.ts';
import {inSlot, type Slot} from './slot.ts';
import {contentOf, type SourceTree} from './sources.ts';
import {ensureArtifact, exists, readMeta, type Store, writeMeta} from './store.ts';
import type {Toolchain} from './toolchain.ts';

/** A QEMU to build, for L1: it runs L2 with KVM. */
export type QemuSpec = {readonly tree: SourceTree; readonly patches: readonly Patch[]; readonly images: GuestImages};

/** A built QEMU: the static binary qemu-system-x86_64 below `folder`. */
export type Qemu = {readonly folder: string; readonly provenance: QemuProvenance};

/** How QEMU is configured: options of `configure`, and the list of its devices. */
export type QemuConfiguration = {readonly options: readonly string[]; readonly devices: string};

/** Goes up when the steps below change, so that what was built by other steps is not taken for the same. */
const recipe = 1;

/** Names the QEMU by all that goes into it. */
export async function qemuName(toolchain: Toolchain, spec: QemuSpec): Promise<string> {
  const {options, devices} = await readConfiguration(spec.images);
  const patches = spec.patches.map(patch => patch.sha256);
  return `qemu-${fingerprint({toolchain: toolchain.fingerprint, source: contentOf(spec.tree), patches, options, devices, recipe})}`;
}

/** Builds the QEMU if the store does not have it. */
export async function ensureQemu(store: Store, toolchain: Toolchain, spec: QemuSpec): Promise<Qemu> {
  const name = await qemuName(toolchain, spec);
  const folder = await ensureArtifact(store, name, async partial => {
    const configuration = await readConfiguration(spec.images);
    await inSlot(store, toolchain, qemuSlot(toolchain, configuration), spec.tree, spec.patches, async slot => {
      await buildQemu(store, toolchain, spec, configuration, slot, partial, name);
    });
  });
  return {folder, provenance: await readMeta<QemuProvenance>(folder)};
}

/** The slot of all QEMUs of one configuration. */
export function qemuSlot(toolchain: Toolchain, configuration: QemuConfiguration): string {
  return `qemu-${fingerprint({toolchain: toolchain.fingerprint, ...configuration})}`;
}

/** Configures the QEMU of a slot, unless that is done. `run` runs a program in the slot's build folder. */
export async function configureQemu(
  {options, devices}: QemuConfiguration,
  slot: Slot,
  run: (argv: readonly string[]) => Promise<string>,
): Promise<void> {
  if (await exists(path.join(slot.build, 'build.ninja'))) return;
  await writeFile(path.join(slot.build, 'harness-devices.mak'), devices);
  // configure looks for the device list below configs/devices/<target>/ of the tree, which we only read.
  await run(['/mnt/src/configure', '--with-devices-x86_64=../../../../build/harness-devices', ...options]);
}

/** Reads how QEMU is configured. */
export async function readConfiguration(images: GuestImages): Promise<QemuConfiguration> {
  const lines = (await readFile(images.qemuConfigure, 'utf8')).split('\n').map(line => line.trim());
  const options = lines.filter(line => line !== '' && !line.startsWith('#'));
  return {options, devices: await readFile(images.qemuDevices, 'utf8')};
}

async function buildQemu(
  store: Store,
  toolchain: Toolchain,
  spec: QemuSpec,
  configuration: QemuConfiguration,
  slot: Slot,
  out: string,
  name: string,
): Promise<void> {
  const binds = [
    {from: slot.source, to: '/src'},
    {from: slot.build, to: '/build', writable: true},
    {from: out, to: '/out', writable: true},
  ];
  const run = (what: string, argv: readonly string[]): Promise<string> =>
    build(toolchain, `${name}: ${what}`, binds, ['env', '--chdir=/mnt/build', ...argv], {
      log: slot.log,
      signal: store.signal,
      onLine: makeReporter(store.emit, `build ${name}`),
    });
  await configureQemu(configuration, slot, argv => run('configuring', argv));
  await run('compiling', ['ninja', `-j${cores()}`, 'qemu-system-x86_64']);
  await run('stripping', ['strip', '-o', '/mnt/out/qemu-system-x86_64', 'qemu-system-x86_64']);
  await cp(slot.log, path.join(out, 'build.log'));
  await writeMeta(out, {
    version: (await readFile(path.join(slot.source, 'VERSION'), 'utf8')).trim(),
    source: spec.tree.source,
    patches: spec.patches.map(({series, file, sha256: hash}) => ({
      file: `${series}/qemu/${path.basename(file)}`,
      sha256: hash,
    })),
    configureSha256: sha256([...configuration.options, configuration.devices].join('\n')),
    sha256: await hashFile(path.join(out, 'qemu-system-x86_64')),
  } satisfies QemuProvenance);
}
