import path from 'node:path';
import {distributionsQemu, emulatorIn, emulatorSpec, findEmulatorSetup} from '../build/emulator.ts';
import {type GuestImages, readGuestImages} from '../build/guest-images.ts';
import {missingPackages} from '../build/host-packages.ts';
import {imageName} from '../build/image.ts';
import {kernelName} from '../build/kernel.ts';
import {readPatches} from '../build/patches.ts';
import {qemuName} from '../build/qemu.ts';
import {knownPackage, type Project, type SourceTree} from '../build/sources.ts';
import {artifactPath, exists, type Store} from '../build/store.ts';
import {findToolchain, type Toolchain} from '../build/toolchain.ts';
import {readTree} from '../build/tree.ts';
import {nameIn} from '../experiment/arm.ts';
import {armKernelPatches, armKernelSpec, armQemuSpec, guestKernelSpec} from '../experiment/artifacts.ts';
import {directPrograms, isDirect} from '../experiment/direct.ts';
import {type RunRequest, startsFromSaved, trialsDone} from '../experiment/execute.ts';
import {savedBoots} from '../experiment/fork.ts';
import {l1Spec, l2Spec} from '../experiment/machines.ts';
import {workloadArgv} from '../experiment/workload.ts';
import {quote} from '../machine/guest.ts';
import {qemuArgv} from '../machine/qemu-args.ts';
import {sealedIn} from '../machine/sealed/open.ts';
import type {MachineSpec} from '../machine/spec.ts';
import {orderTrials} from '../plan/order.ts';
import {type CellValues, cellName} from '../result/cell.ts';
import {defaultBase, type KernelBase} from '../scenario/kernel-base.ts';
import type {Scenario} from '../scenario/schema.ts';
import type {Series} from '../scenario/series.ts';

/** Says what a run would build, start and do, line by line. Nothing is built, started or written. */
export async function describePlan(request: RunRequest): Promise<string[]> {
  const images = await readGuestImages(request.repository);
  const missing = await missingPackages();
  const parts = [
    missing.length > 0 ? [`install: ${missing.join(' ')}`] : [],
    [
      `base: Linux ${request.trees.base ?? defaultBase} ${request.trees.linux ? `in ${request.trees.linux}` : 'as packaged'}`,
    ],
    await describeBuilds(request, images),
    describeTrials(request),
    ...describeMachines(request),
  ];
  return parts.filter(lines => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

async function describeBuilds(request: RunRequest, images: GuestImages): Promise<string[]> {
  const store: Store = {root: request.cache, emit: () => {}, signal: new AbortController().signal};
  const toolchain = await findToolchain(store, images.packages);
  if (!toolchain) {
    const l0 = request.accel === 'kvm' ? [] : ['build, where L1 runs under TCG: the QEMU that it runs under'];
    return ['build: the build root, both sources, both images, and for each series a kernel and a QEMU', ...l0];
  }
  const linux = await findSource(store, 'linux', request.trees.linux, request.trees.base);
  const qemu = await findSource(store, 'qemu', request.trees.qemu);
  const arms = request.series.map(series => describeArm(request, store, toolchain, images, series, linux, qemu));
  const lines = await Promise.all([
    describeGuests(store, toolchain, images),
    request.accel === 'kvm' ? [] : describeEmulator(request.repository, store, toolchain),
    ...arms,
  ]);
  return [`toolchain: ${toolchain.compiler}`, ...lines.flat()];
}

/** The QEMU that runs L1 where that is emulated. */
async function describeEmulator(repository: string, store: Store, toolchain: Toolchain): Promise<string[]> {
  const tree = await knownPackage(store, 'qemu');
  const setup = await findEmulatorSetup(store, toolchain, repository);
  const spec = tree && setup && (await emulatorSpec(repository, tree, setup));
  const line = spec ? await state(store, await qemuName(toolchain, spec)) : 'source or libraries to be fetched';
  return ['L1 under TCG:', `  ${line}`];
}

/** What all series share: both images, and the kernel of L2, which is the packaged one. */
async function describeGuests(store: Store, toolchain: Toolchain, images: GuestImages): Promise<string[]> {
  const packaged = await knownPackage(store, 'linux');
  const kernel = packaged && (await kernelName(toolchain, guestKernelSpec(packaged, images)));
  const names = await Promise.all((['l1', 'l2'] as const).map(guest => imageName(toolchain, images, guest)));
  return [
    'guests:',
    ...(await Promise.all(names.map(async name => `  ${await state(store, name)}`))),
    `  ${kernel ? await state(store, kernel) : 'the kernel of L2: source to be fetched'} (L2)`,
  ];
}

async function state(store: Store, name: string): Promise<string> {
  return `${name} ${(await exists(artifactPath(store.root, name))) ? 'is cached' : 'is to be built'}`;
}

async function findSource(
  store: Store,
  project: Project,
  tree?: string,
  base?: KernelBase,
): Promise<SourceTree | undefined> {
  return tree ? {project, ...(await readTree(project, tree))} : knownPackage(store, project, base);
}

async function describeArm(
  {repository, cells, trees}: RunRequest,
  store: Store,
  toolchain: Toolchain,
  images: GuestImages,
  series: Series,
  linux: SourceTree | undefined,
  qemu: SourceTree | undefined,
): Promise<string[]> {
  const {debugKernel} = cells[0].scenario;
  const patches = {
    linux: await armKernelPatches(repository, series, debugKernel, trees.base),
    qemu: await readPatches(series, 'qemu'),
  };
  const kernel = linux && (await armKernelSpec(repository, linux, series, images, debugKernel, trees.base));
  const kernelLine = kernel
    ? await state(store, await kernelName(toolchain, kernel))
    : 'its kernel: source to be fetched';
  const qemuLine = qemu
    ? await state(store, await qemuName(toolchain, await armQemuSpec(qemu, series, images)))
    : 'its QEMU: source to be fetched';
  return [
    `series ${series.name}: ${series.title}`,
    `  ${kernelLine} (${patches.linux.length} patches)`,
    `  ${qemuLine} (${patches.qemu.length} patches)`,
  ];
}

function describeTrials(request: RunRequest): string[] {
  const {cells, series} = request;
  const order = orderTrials(trialsDone(request), cells[0].scenario.repeat);
  const names = order.map(({cell, arm, index}) => `${nameIn(series[arm]!.name, cells[cell]!.values)}#${index + 1}`);
  return [
    ...(cells.length > 1 ? [`cells: ${cells.length}`] : []),
    `trials, in this order: ${names.join(' ')}`,
    ...(startsFromSaved(request) && !isDirect(cells[0].scenario)
      ? [`the first ${savedBoots} of a series start from a saved L1 each, which is booted where the store has none`]
      : []),
    ...cells.map(({values, scenario}) => `${workloadIn(values)}: ${commandsOf(scenario).join('; ')}`),
  ];
}

function workloadIn(values: CellValues): string {
  const cell = cellName(values);
  return cell === '' ? 'workload of the first' : `workload of the first, ${cell}`;
}

function commandsOf(scenario: Scenario): string[] {
  if (!isDirect(scenario)) return [workloadArgv(scenario, scenario.seed).join(' ')];
  return directPrograms(scenario, scenario.seed).map(({argv}) => argv.join(' '));
}

/** The machines of each series; of further cells only those that differ from all before them. */
function describeMachines(request: RunRequest): string[][] {
  const {cells, series, accel} = request;
  return series.map(one => {
    const shown = new Set<string>();
    return cells.flatMap(({values, scenario}) => {
      const lines = machineLines(scenario, one, request).filter(line => !shown.has(line));
      for (const line of lines) shown.add(line);
      const note = accel === 'auto' ? ' (TCG shown; KVM where a probe guest boots)' : '';
      return lines.length === 0 ? [] : [`${nameIn(one.name, values)}${note}:`, ...lines];
    });
  });
}

/** The command lines, with names in capitals for what only the run knows. */
function machineLines(scenario: Scenario, series: Series, {accel, clock, cache}: RunRequest): string[] {
  const accelerator = accel === 'kvm' ? 'kvm' : 'tcg';
  const emulator = accelerator === 'kvm' ? distributionsQemu : emulatorIn(path.join(cache, 'store/EMULATOR'));
  const open = l1Spec(scenario, accelerator, path.join(cache, 'store/KERNEL/bzImage'), 'INITRD', emulator, clock);
  const l1 = clock === 'virtual' ? sealedIn('FOLDER', open) : open;
  const sides = isDirect(scenario) ? [] : (['source', 'target'] as const);
  const l2 = sides.map(side => l2Spec(scenario, accelerator, series.deviceOptions, {side, number: 1}));
  return [l1, ...l2].map(commandLine);
}

function commandLine(spec: MachineSpec): string {
  const monitor = spec.name === 'l1' ? 'unix:MONITOR' : spec.incoming ? 'tcp:127.0.0.1:4002' : 'tcp:127.0.0.1:4001';
  return `  ${spec.name}: ${qemuArgv(spec, monitor).map(quote).join(' ')}`;
}
