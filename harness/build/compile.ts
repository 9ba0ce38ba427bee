import type {CommandResult} from '../base/command.ts';
import {cores} from './cores.ts';
import {configureKernel, make} from './kernel.ts';
import {configureQemu, inBuildFolder, qemuBinds} from './qemu-configuration.ts';
import {build, tryBuild} from './root.ts';
import type {Slot} from './slot.ts';
import type {Step} from './step.ts';
import type {Store} from './store.ts';
import type {Toolchain} from './toolchain.ts';

/** What is to be compiled: a slot that has the patch of the step. */
export type Compilation = {readonly step: Step; readonly slot: Slot; readonly mustConfigure: boolean};

/** Compiles the kernel and its modules. It goes on after an error. */
export async function compileKernel(
  store: Store,
  toolchain: Toolchain,
  {step, slot, mustConfigure}: Compilation,
): Promise<CommandResult> {
  const binds = [
    {from: slot.source, to: '/src'},
    {from: slot.build, to: '/build', writable: true},
  ];
  const options = {log: slot.log, signal: store.signal};
  if (mustConfigure) {
    await configureKernel(step, slot, script => build(toolchain, 'configuring', binds, ['sh', '-ec', script], options));
  }
  const script = `${make} -s -k -j${cores()} vmlinux modules`;
  return tryBuild(toolchain, binds, ['sh', '-ec', script], options);
}

/** Compiles the emulator; ninja configures it anew where that is needed. It goes on after an error. */
export async function compileQemu(
  store: Store,
  toolchain: Toolchain,
  {step, slot}: Compilation,
): Promise<CommandResult> {
  const {setup} = step;
  const binds = qemuBinds(slot, setup);
  const options = {log: slot.log, signal: store.signal};
  await configureQemu(setup, slot, argv => build(toolchain, 'configuring', binds, inBuildFolder(argv, setup), options));
  const ninja = ['ninja', '-k', '0', `-j${cores()}`, 'qemu-system-x86_64'];
  return tryBuild(toolchain, binds, inBuildFolder(ninja, setup), options);
}
