import path from 'node:path';
import type {CommandResult} from '../base/command.ts';
import {cores} from './cores.ts';
import {configureKernel, make} from './kernel.ts';
import {configureQemu, readConfiguration} from './qemu.ts';
import {build, tryBuild} from './root.ts';
import type {Slot} from './slot.ts';
import type {Step} from './step.ts';
import type {Store} from './store.ts';
import type {Toolchain} from './toolchain.ts';

/** Where in Linux a folder can be compiled on its own: not in tools/ or scripts/. */
const compiledFolders = /^(block|crypto|drivers|fs|init|io_uring|ipc|kernel|lib|mm|net|samples|security|sound|virt)\//;

/** What is to be compiled: a slot that has the patch of the step, and what the patch touches. */
export type Compilation = {
  readonly step: Step;
  readonly slot: Slot;
  readonly touched: readonly string[];
  readonly mustConfigure: boolean;
};

/** Compiles the modules, and the folders of what was touched, which may be built in. It goes on after an error. */
export async function compileKernel(
  store: Store,
  toolchain: Toolchain,
  {step, slot, touched, mustConfigure}: Compilation,
): Promise<CommandResult> {
  const binds = bindsOf(slot);
  const options = {log: slot.log, signal: store.signal};
  if (mustConfigure) {
    await configureKernel(step, slot, script => build(toolchain, 'configuring', binds, ['sh', '-ec', script], options));
  }
  const sources = touched.filter(file => file.endsWith('.c') && compiledFolders.test(file));
  const folders = [...new Set(sources.map(file => `${path.dirname(file)}/`))];
  const goals = ['modules', ...folders].map(goal => `${make} -s -k -j${cores()} ${goal} || failed=1`);
  return tryBuild(toolchain, binds, ['sh', '-c', ['failed=0', ...goals, 'exit $failed'].join('\n')], options);
}

/** Compiles the emulator; ninja configures it anew where that is needed. It goes on after an error. */
export async function compileQemu(
  store: Store,
  toolchain: Toolchain,
  {step, slot}: Compilation,
): Promise<CommandResult> {
  const binds = bindsOf(slot);
  const options = {log: slot.log, signal: store.signal};
  const there = ['env', '--chdir=/mnt/build'];
  await configureQemu(await readConfiguration(step.images), slot, argv =>
    build(toolchain, 'configuring', binds, [...there, ...argv], options),
  );
  const ninja = ['ninja', '-k', '0', `-j${cores()}`, 'qemu-system-x86_64'];
  return tryBuild(toolchain, binds, [...there, ...ninja], options);
}

function bindsOf(slot: Slot) {
  return [
    {from: slot.source, to: '/src'},
    {from: slot.build, to: '/build', writable: true},
  ];
}
