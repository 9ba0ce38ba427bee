import {cp, readFile} from 'node:fs/promises';
import path from 'node:path';
import {hashFile} from '../base/hash.ts';
import {fingerprint, sha256} from '../plan/fingerprint.ts';
import type {QemuProvenance} from '../result/schema.ts';
import {cores} from './cores.ts';
import {makeReporter} from './make-progress.ts';
import type {Patch} from './patches.ts';
import {
  configureQemu,
  inBuildFolder,
  type QemuConfiguration,
  type QemuSetup,
  qemuBinds,
  qemuSlot,
  readConfiguration,
} from './qemu-configuration.ts';
import {build} from './root.ts';
import {inSlot, type Slot} from './slot.ts';
import {contentOf, type SourceTree} from './sources.ts';
import {ensureArtifact, readMeta, type Store, writeMeta} from './store.ts';
import type {Toolchain} from './toolchain.ts';

/** A QEMU to build. */
export type QemuSpec = {
  readonly tree: SourceTree;
  readonly patches: readonly Patch[];
  readonly setup: QemuSetup;
  readonly product: QemuProduct;
};

/** What is made of a compiled QEMU. */
export type QemuProduct = {
  /** What the artifact's name begins with. */
  readonly name: string;
  /** The binary, below the artifact's folder. */
  readonly binary: string;
  /** Shell that puts all there is to be into /mnt/out. It runs in the build folder. */
  readonly install: string;
  /** Goes up when the steps change, so that what was built by other steps is not taken for the same. */
  readonly recipe: number;
};

/** A built QEMU: the program qemu-system-x86_64 below `folder`. */
export type Qemu = {readonly folder: string; readonly provenance: QemuProvenance};

/** The QEMU for L1, which runs L2 with KVM: one static binary. */
export const staticQemu: QemuProduct = {
  name: 'qemu',
  binary: 'qemu-system-x86_64',
  install: 'strip -o /mnt/out/qemu-system-x86_64 qemu-system-x86_64',
  recipe: 1,
};

/** Names the QEMU by all that goes into it. */
export async function qemuName(toolchain: Toolchain, spec: QemuSpec): Promise<string> {
  const {name, recipe} = spec.product;
  const inputs = {
    toolchain: toolchain.fingerprint,
    source: contentOf(spec.tree),
    patches: spec.patches.map(patch => patch.sha256),
    ...(await readConfiguration(spec.setup)),
    recipe,
  };
  return `${name}-${fingerprint(inputs)}`;
}

/** Builds the QEMU if the store does not have it. */
export async function ensureQemu(store: Store, toolchain: Toolchain, spec: QemuSpec): Promise<Qemu> {
  const name = await qemuName(toolchain, spec);
  const folder = await ensureArtifact(store, name, async partial => {
    const configuration = await readConfiguration(spec.setup);
    await inSlot(store, toolchain, qemuSlot(toolchain, configuration), spec.tree, spec.patches, async slot => {
      await buildQemu(store, toolchain, spec, configuration, slot, partial, name);
    });
  });
  return {folder, provenance: await readMeta<QemuProvenance>(folder)};
}

async function buildQemu(
  store: Store,
  toolchain: Toolchain,
  {tree, patches, setup, product}: QemuSpec,
  configuration: QemuConfiguration,
  slot: Slot,
  out: string,
  name: string,
): Promise<void> {
  const binds = [...qemuBinds(slot, setup), {from: out, to: '/out', writable: true}];
  const run = (what: string, argv: readonly string[]): Promise<string> =>
    build(toolchain, `${name}: ${what}`, binds, inBuildFolder(argv, setup), {
      log: slot.log,
      signal: store.signal,
      onLine: makeReporter(store.emit, `build ${name}`),
    });
  await configureQemu(setup, slot, argv => run('configuring', argv));
  await run('compiling', ['ninja', `-j${cores()}`, 'qemu-system-x86_64']);
  await run('installing', ['sh', '-ec', product.install]);
  await cp(slot.log, path.join(out, 'build.log'));
  await writeMeta(out, {
    version: (await readFile(path.join(slot.source, 'VERSION'), 'utf8')).trim(),
    source: tree.source,
    patches: patches.map(({series, file, sha256: hash}) => ({
      file: `${series}/qemu/${path.basename(file)}`,
      sha256: hash,
    })),
    configureSha256: sha256([...configuration.options, configuration.devices].join('\n')),
    sha256: await hashFile(path.join(out, product.binary)),
    ...(setup.libraries && {libraries: setup.libraries.packages}),
  } satisfies QemuProvenance);
}
