import type {Emit} from '../base/events.ts';
import {hashFolder} from '../base/hash.ts';
import {type GuestImages, readGuestImages} from '../build/guest-images.ts';
import {ensureHostPackages} from '../build/host-packages.ts';
import {ensureImage} from '../build/image.ts';
import {ensureKernel, type Kernel, type KernelSpec} from '../build/kernel.ts';
import {type Patch, readPatches} from '../build/patches.ts';
import {ensureQemu, type QemuSpec, staticQemu} from '../build/qemu.ts';
import {ensureSource, type SourceTree} from '../build/sources.ts';
import {removeLeftovers, type Store} from '../build/store.ts';
import {ensureToolchain, type Toolchain} from '../build/toolchain.ts';
import type {KernelBase} from '../scenario/kernel-base.ts';
import type {Series} from '../scenario/series.ts';
import {readLayer} from '../scenario/series-folders.ts';
import {debugFolder} from '../scenario/series-schema.ts';
import type {Arm} from './arm.ts';

/** The user's own trees; the packaged source where there is none, for Linux that of `base`. */
export type UserTrees = {readonly linux?: string; readonly qemu?: string; readonly base?: KernelBase};

/** All that is built for a run. */
export type Artifacts = {
  readonly toolchain: Toolchain;
  readonly images: GuestImages;
  readonly guestImagesSha256: string;
  readonly guestKernel: Kernel;
  readonly l1Image: string;
  readonly l2Image: string;
  readonly arms: readonly Arm[];
};

/** Builds everything that the store does not have yet, from the host's packages to the last arm's QEMU. */
export async function ensureArtifacts(
  store: Store,
  repository: string,
  series: readonly Series[],
  trees: UserTrees,
  debugKernel: boolean,
  emit: Emit,
): Promise<Artifacts> {
  await ensureHostPackages(emit, store.signal);
  await removeLeftovers(store.root);
  const images = await readGuestImages(repository);
  const toolchain = await ensureToolchain(store, images.packages);
  // The guest is the constant of the experiment, so it comes neither from the user's tree nor from another base.
  const packaged = await ensureSource(store, toolchain, 'linux', undefined);
  const linux = await ensureSource(store, toolchain, 'linux', trees.linux, trees.base);
  const qemu = await ensureSource(store, toolchain, 'qemu', trees.qemu);
  const [l1Image, l2Image] = [
    await ensureImage(store, toolchain, images, 'l1'),
    await ensureImage(store, toolchain, images, 'l2'),
  ];
  const guestKernel = await ensureKernel(store, toolchain, guestKernelSpec(packaged, images));
  const arms: Arm[] = [];
  for (const one of series) {
    const kernel = await ensureKernel(
      store,
      toolchain,
      await armKernelSpec(repository, linux, one, images, debugKernel, trees.base),
    );
    const built = await ensureQemu(store, toolchain, await armQemuSpec(qemu, one, images));
    arms.push({series: one, kernel, qemu: built});
  }
  const guestImagesSha256 = await hashFolder(images.folder);
  return {toolchain, images, guestImagesSha256, guestKernel, l1Image, l2Image, arms};
}

/** The kernel of L1 for a series. */
export async function armKernelSpec(
  repository: string,
  tree: SourceTree,
  series: Series,
  images: GuestImages,
  debugKernel: boolean,
  base?: KernelBase,
): Promise<KernelSpec> {
  const patches = await armKernelPatches(repository, series, debugKernel, base);
  return {tree, patches, extraConfig: series.kernelConfig, debug: debugKernel, images};
}

/** The patches of that kernel. One that checks itself gets those without which it would stop doing so. */
export async function armKernelPatches(
  repository: string,
  {stack}: Pick<Series, 'stack'>,
  debugKernel: boolean,
  base?: KernelBase,
): Promise<Patch[]> {
  const debugLayers = debugKernel ? [await readLayer(repository, debugFolder, base)] : [];
  return readPatches({stack: [...stack, ...debugLayers]}, 'linux');
}

/** The QEMU in L1 for a series. */
export async function armQemuSpec(tree: SourceTree, series: Series, images: GuestImages): Promise<QemuSpec> {
  return {tree, patches: await readPatches(series, 'qemu'), setup: images.qemu, product: staticQemu};
}

/** The kernel of L2: the packaged source as it is, whatever L1 runs. */
export function guestKernelSpec(tree: SourceTree, images: GuestImages): KernelSpec {
  return {tree, patches: [], extraConfig: [], images};
}
