import type {Scope} from '../base/scope.ts';
import {type BootContext, boot, type Machine, MachineFailed} from '../machine/boot.ts';
import {Guest, type Login} from '../machine/guest.ts';
import type {Host, Running} from '../machine/host.ts';
import {KeptPrograms} from '../machine/kept.ts';
import {networkId} from '../machine/qemu-args.ts';
import {loadState} from '../machine/saved.ts';
import type {MachineSpec} from '../machine/spec.ts';
import {type L1, type SavedOpen, untilReady} from './l1.ts';

/** Boots an L1 that is reached by SSH. Where it is to be saved, what runs in it does not hang on the connection. */
export async function bootOpen(
  scope: Scope,
  host: Host,
  spec: MachineSpec,
  login: Login,
  isToBeSaved: boolean,
  context: BootContext,
): Promise<L1> {
  const machine = await boot(scope, host, spec, context);
  await untilReady(machine, context);
  const {port, guest} = await logIn(scope, machine, login, context);
  if (!isToBeSaved) return {machine, port, guest, nest: guest};
  const nest = new KeptPrograms(guest);
  const standStill = async (): Promise<SavedOpen> => {
    const programs = await nest.letGo();
    await guest[Symbol.asyncDispose]();
    await machine.qmp.execute('stop');
    return {clock: 'wall', programs};
  };
  return {machine, port, guest, nest, standStill, lose: nest.lose};
}

/** Opens an L1 that was saved into a file, and gives the programs that run in it. */
export async function reopen(
  scope: Scope,
  host: Host,
  spec: MachineSpec,
  saved: {readonly file: string; readonly l1: SavedOpen; readonly login: Login},
  context: BootContext,
): Promise<{l1: L1; programs: Running[]}> {
  const machine = await boot(scope, host, {...spec, incoming: true}, context);
  await loadState(machine, saved.file, context.signal);
  await machine.qmp.execute('cont');
  const {port, guest} = await logIn(scope, machine, saved.login, context);
  const nest = new KeptPrograms(guest);
  const programs = await nest.takeOver(saved.l1.programs);
  return {l1: {machine, port, guest, nest}, programs};
}

async function logIn(
  scope: Scope,
  machine: Machine,
  login: Login,
  {signal}: BootContext,
): Promise<{port: number; guest: Guest}> {
  const port = await forwardedPort(machine);
  return {port, guest: scope.use('SSH to L1', await Guest.connect('l1', {port}, login, signal))};
}

/** Asks QEMU for the port on loopback that leads to the guest's sshd. */
async function forwardedPort(machine: Machine): Promise<number> {
  const table = String(await machine.qmp.execute('human-monitor-command', {'command-line': 'info usernet'}));
  const port = /HOST_FORWARD\]\s+\S+\s+127\.0\.0\.1\s+(\d+)\s+\S+\s+22\b/.exec(table)?.[1];
  if (!port) throw new MachineFailed(`${machine.spec.name}: ${networkId} forwards no port: ${table}`);
  return Number(port);
}
