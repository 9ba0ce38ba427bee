import path from 'node:path';
import {type ExitCode, exitCode} from '../base/errors.ts';
import {runCheckpatch} from '../build/checkpatch.ts';
import {ensureEmulatorSetup} from '../build/emulator.ts';
import {type GuestImages, readGuestImages} from '../build/guest-images.ts';
import {ensureHostPackages} from '../build/host-packages.ts';
import {baseName, type Patch, readPatches} from '../build/patches.ts';
import {ensureSource, type Project, type SourceTree} from '../build/sources.ts';
import {checkSteps} from '../build/step.ts';
import {cacheRoot, removeLeftovers, type Store} from '../build/store.ts';
import {ensureToolchain, type Toolchain} from '../build/toolchain.ts';
import {requireTree} from '../build/tree.ts';
import type {Finding} from '../posting/finding.ts';
import {checkForm} from '../posting/form.ts';
import {type CheckedPatch, type CheckedSeries, checkText, hasFailed} from '../report/series-check.ts';
import type {KernelBase} from '../scenario/kernel-base.ts';
import {readSeries, type Series} from '../scenario/series.ts';
import {isLayerOnly, readLayer} from '../scenario/series-folders.ts';
import {commonFolder, emulatorFolder} from '../scenario/series-schema.ts';
import type {Context} from './context.ts';

/** The flags of `series check`. */
export type SeriesCheckOptions = {
  readonly base: KernelBase;
  readonly linux?: string;
  readonly qemu?: string;
  readonly json: boolean;
};

/** What is needed to check one patch. */
type Bench = {
  readonly store: Store;
  readonly toolchain: Toolchain;
  readonly images: GuestImages;
  readonly repository: string;
};

type Checkable = Pick<Series, 'name' | 'stack' | 'kernelConfig'>;

/** Checks the form, the style, and that each patch applies and compiles, for all patches of each series. */
export async function seriesCheckCommand(
  names: readonly string[],
  options: SeriesCheckOptions,
  context: Context,
): Promise<ExitCode> {
  const {repository} = context;
  const series = await Promise.all(names.map(name => readCheckable(repository, name, options.base)));
  for (const project of ['linux', 'qemu'] as const) {
    if (options[project] !== undefined) await requireTree(project, options[project]);
  }
  const bench = await prepare(context);
  const checked: CheckedSeries[] = [];
  for (const one of series) checked.push(await checkSeries(bench, one, options));
  context.out(
    options.json ? `${JSON.stringify({series: checked}, undefined, 2)}\n` : checked.map(checkText).join('\n'),
  );
  return checked.some(hasFailed) ? exitCode.unexpected : exitCode.done;
}

/** Reads what is to be checked: a series, what goes under every series, or what goes on top in a debug kernel. */
async function readCheckable(repository: string, name: string, base: KernelBase): Promise<Checkable> {
  if (!isLayerOnly(name)) return readSeries(repository, name, base);
  const layers = name === commonFolder ? [commonFolder] : [commonFolder, name];
  return {name, stack: await Promise.all(layers.map(layer => readLayer(repository, layer, base))), kernelConfig: []};
}

async function prepare({repository, emit, signal}: Context): Promise<Bench> {
  const store = {root: cacheRoot(), emit, signal};
  await ensureHostPackages(emit, signal);
  await removeLeftovers(store.root);
  const images = await readGuestImages(repository);
  return {store, images, repository, toolchain: await ensureToolchain(store, images.packages)};
}

async function checkSeries(bench: Bench, series: Checkable, trees: SeriesCheckOptions): Promise<CheckedSeries> {
  const bases: string[] = [];
  const patches: CheckedPatch[] = [];
  for (const project of ['linux', 'qemu'] as const) {
    const all = await readPatches(series, project);
    if (!all.some(patch => patch.series === series.name)) continue;
    const tree = await ensureSource(bench.store, bench.toolchain, project, trees[project], trees.base);
    bases.push(baseName(tree));
    patches.push(...(await checkProject(bench, series, project, tree, all)));
  }
  return {series: series.name, bases, patches};
}

/** Checks the series' own patches for one project. Nothing is tried on top of a patch that does not apply. */
async function checkProject(
  {store, toolchain, images, repository}: Bench,
  series: Checkable,
  project: Project,
  tree: SourceTree,
  all: readonly Patch[],
): Promise<CheckedPatch[]> {
  const own = all.filter(patch => patch.series === series.name);
  const below = all.slice(0, all.length - own.length);
  const style: Finding[][] = [];
  for (const patch of own) style.push(await runCheckpatch(store, toolchain, tree, patch));
  const isEmulator = series.name === emulatorFolder;
  const setup = isEmulator ? await ensureEmulatorSetup(store, toolchain, repository) : images.qemu;
  const steps = await checkSteps(store, toolchain, {tree, images, setup, extraConfig: series.kernelConfig}, below, own);
  return own.map((patch, index) => {
    const file = path.basename(patch.file);
    const form = checkForm(patch.text, {file, number: index + 1, total: own.length});
    const step = steps[index];
    return {
      project,
      file: path.relative(repository, patch.file),
      findings: [...form, ...style[index]!, ...(step ?? [])],
      ...(step === undefined && {untriedAfter: path.basename(own[steps.length - 1]!.file)}),
    };
  });
}
