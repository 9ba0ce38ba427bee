import {cp, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {hashFile, hashFolder} from '../base/hash.ts';
import {fingerprint, sha256} from '../plan/fingerprint.ts';
import type {KernelProvenance} from '../result/schema.ts';
import {cores} from './cores.ts';
import type {GuestImages} from './guest-images.ts';
import {assertOptions, fragment, type KernelOptions, parseOptions} from './kernel-config.ts';
import {makeReporter} from './make-progress.ts';
import type {Patch} from './patches.ts';
import {build} from './root.ts';
import {inSlot, type Slot} from './slot.ts';
import {contentOf, type SourceTree} from './sources.ts';
import {ensureArtifact, readMeta, type Store, writeMeta} from './store.ts';
import type {Toolchain} from './toolchain.ts';

/** A kernel to build: a tree, patches, options, and the guest modules that are built against it. */
export type KernelSpec = {
  readonly tree: SourceTree;
  readonly patches: readonly Patch[];
  /** Lines CONFIG_X=y on top of guest-images/linux.config. */
  readonly extraConfig: readonly string[];
  /** Adds guest-images/debug.config: a kernel that checks itself. */
  readonly debug?: boolean;
  readonly images: GuestImages;
};

/** A built kernel: bzImage, config and lib/modules below `folder`. */
export type Kernel = {readonly folder: string; readonly provenance: KernelProvenance};

/** Goes up when the steps below change, so that what was built by other steps is not taken for the same. */
const recipe = 1;

/** Names the kernel by all that goes into it. */
export async function kernelName(toolchain: Toolchain, spec: KernelSpec): Promise<string> {
  const inputs = {
    toolchain: toolchain.fingerprint,
    source: contentOf(spec.tree),
    patches: spec.patches.map(patch => patch.sha256),
    config: fragment(await requestedOptions(spec)),
    modules: await Promise.all(spec.images.moduleFolders.map(hashFolder)),
    headers: await hashFolder(spec.images.includeFolder),
  };
  return `kernel-${fingerprint({...inputs, recipe})}`;
}

/** Builds the kernel if the store does not have it. */
export async function ensureKernel(store: Store, toolchain: Toolchain, spec: KernelSpec): Promise<Kernel> {
  const name = await kernelName(toolchain, spec);
  const folder = await ensureArtifact(store, name, async partial => {
    await inSlot(
      store,
      toolchain,
      kernelSlot(toolchain, spec.tree, spec.debug),
      spec.tree,
      spec.patches,
      async slot => {
        await buildKernel(store, toolchain, spec, slot, partial, name);
      },
    );
  });
  return {folder, provenance: await readMeta<KernelProvenance>(folder)};
}

/**
 * The slot of all kernels of a packaged source, or of all that are built from users' trees. Those that check themselves
 * have one of their own: hardly an object of one kind is of use to the other.
 */
export function kernelSlot(toolchain: Toolchain, {source}: SourceTree, debug = false): string {
  return `${source.kind === 'package' ? source.name : 'linux'}-${debug ? 'debug-' : ''}${toolchain.fingerprint}`;
}

/** kbuild's make in the build root, for a slot whose folders are bound to /mnt/src and /mnt/build. */
export const make = 'make -C /mnt/src O=/mnt/build';

/** Configures the kernel of a slot, and gives the whole configuration. `run` runs a script in the build root. */
export async function configureKernel(
  spec: Pick<KernelSpec, 'images' | 'extraConfig' | 'debug'>,
  slot: Slot,
  run: (script: string) => Promise<string>,
): Promise<string> {
  const requested = await requestedOptions(spec);
  await writeFile(path.join(slot.build, 'requested.config'), fragment(requested));
  await run(`${make} -s tinyconfig; cd /mnt/build; cat requested.config >> .config; ${make} -s olddefconfig`);
  return readFile(path.join(slot.build, '.config'), 'utf8');
}

/** What a kernel's configuration must hold: that of guest-images/ and that of the series. */
export async function requestedOptions(
  spec: Pick<KernelSpec, 'images' | 'extraConfig' | 'debug'>,
): Promise<KernelOptions> {
  const own = await readFile(spec.images.kernelConfig, 'utf8');
  const debug = spec.debug ? await readFile(spec.images.debugConfig, 'utf8') : '';
  return parseOptions(`${own}\n${debug}\n${spec.extraConfig.join('\n')}\n`);
}

async function buildKernel(
  store: Store,
  toolchain: Toolchain,
  spec: KernelSpec,
  slot: Slot,
  out: string,
  name: string,
): Promise<void> {
  const binds = [
    {from: slot.source, to: '/src'},
    {from: slot.build, to: '/build', writable: true},
    {from: spec.images.folder, to: '/images'},
    {from: out, to: '/out', writable: true},
  ];
  const run = (what: string, script: string): Promise<string> =>
    build(toolchain, `${name}: ${what}`, binds, ['sh', '-ec', script], {
      log: slot.log,
      signal: store.signal,
      onLine: makeReporter(store.emit, `build ${name}`),
    });
  const config = await configureKernel(spec, slot, script => run('configuring', script));
  assertOptions(await requestedOptions(spec), config);
  await run('compiling', `${make} -j${cores()} bzImage modules`);
  await run('compiling the guest modules', guestModules(spec.images));
  await run('installing', 'cd /mnt/build; cp arch/x86/boot/bzImage System.map /mnt/out/; cp .config /mnt/out/config');
  await run('installing the modules', installModules(spec.images));
  await cp(slot.log, path.join(out, 'build.log'));
  await writeMeta(out, {
    release: (await readFile(path.join(slot.build, 'include/config/kernel.release'), 'utf8')).trim(),
    source: spec.tree.source,
    patches: spec.patches.map(({series, file, sha256: hash}) => ({
      file: `${series}/${path.basename(path.dirname(file))}/${path.basename(file)}`,
      sha256: hash,
    })),
    configSha256: sha256(config),
    sha256: await hashFile(path.join(out, 'bzImage')),
  } satisfies KernelProvenance);
}

/** Compiles the modules in copies of their folders, since this kernel's build writes beside the sources. */
function guestModules(images: GuestImages): string {
  const copy = 'rsync --recursive --checksum /mnt/images/ /mnt/build/guest-images/';
  const each = modulePaths(images).map(folder => `${make} M=/mnt/build/guest-images/${folder} modules`);
  return [copy, ...each].join('\n');
}

function installModules(images: GuestImages): string {
  const install = `${make} -s INSTALL_MOD_PATH=/mnt/out`;
  const each = modulePaths(images).map(folder => `${install} M=/mnt/build/guest-images/${folder} modules_install`);
  return [
    `${install} modules_install`,
    ...each,
    'rm -f /mnt/out/lib/modules/*/build /mnt/out/lib/modules/*/source',
  ].join('\n');
}

function modulePaths(images: GuestImages): string[] {
  return images.moduleFolders.map(folder => path.relative(images.folder, folder));
}
