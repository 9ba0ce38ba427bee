import path from 'node:path';
import {currentClock, onClock, wallClock} from '../base/clock.ts';
import {Deadline} from '../base/deadline.ts';
import {phase} from '../base/events.ts';
import type {Scope} from '../base/scope.ts';
import {readyLine} from '../machine/accelerator.ts';
import {type BootContext, boot, failWhenEnded, type Machine, MachineFailed} from '../machine/boot.ts';
import {Guest, type Login} from '../machine/guest.ts';
import type {Host, Running} from '../machine/host.ts';
import {networkId} from '../machine/qemu-args.ts';
import {loadState} from '../machine/saved.ts';
import {openSealed, type Sealed, seal} from '../machine/sealed/open.ts';
import {VirtualClock} from '../machine/sealed/virtual-clock.ts';
import type {Shell} from '../machine/shell.ts';
import type {MachineSpec} from '../machine/spec.ts';
import type {Watch} from '../machine/watch.ts';
import type {Scenario} from '../scenario/schema.ts';
import {mdevUuids, traffic} from './machines.ts';
import {type SavedLab, stateFile} from './snapshot.ts';
import {tracingSetUp} from './tracing.ts';

/** L1, up and set up. */
export type L1 = {
  readonly machine: Machine;
  /** The port on this machine's loopback that leads to L1's sshd; null where L1 is sealed. */
  readonly port: number | null;
  readonly guest: Shell;
  /** What its calls go through, where it is sealed. */
  readonly sealed?: Sealed;
};

/** Boot deadline in ms: many times what a boot takes, since a busy machine is slow. */
const bootLimitMs = 60_000;

/** How long the set-up may take, in ms. */
const setUpLimitMs = 30_000;

/** Boots L1 and sets it up with a shell script. */
export async function openL1(
  scope: Scope,
  host: Host,
  spec: MachineSpec,
  setUp: string,
  login: Login,
  watch: Watch,
  context: BootContext,
): Promise<L1> {
  const {emit, signal} = context;
  const l1 = await phase(emit, 'boot L1', () =>
    spec.clock === 'virtual'
      ? bootSealed(scope, host, spec, watch, context)
      : bootOpen(scope, host, spec, login, context),
  );
  watch.guard(l1.machine);
  await watch.during(() => phase(emit, 'set up L1', () => l1.guest.run('setting up L1', setUp, setUpLimitMs, signal)));
  return l1;
}

async function bootOpen(scope: Scope, host: Host, spec: MachineSpec, login: Login, context: BootContext): Promise<L1> {
  const machine = await boot(scope, host, spec, context);
  await untilReady(machine, context);
  const port = await forwardedPort(machine);
  return {machine, port, guest: scope.use('SSH to L1', await Guest.connect('l1', {port}, login, context.signal))};
}

/** Boots an L1 that is reached by its mailbox alone, and whose clock is that of the work that is going on. */
async function bootSealed(
  scope: Scope,
  host: Host,
  spec: MachineSpec,
  watch: Watch,
  context: BootContext,
): Promise<L1> {
  const clock = currentVirtualClock(spec);
  const sealed = await seal(scope, spec);
  // Until its QEMU is up, L1 has no time.
  const machine = await onClock(wallClock, () => boot(scope, host, sealed.spec, context));
  const opened = await openSealed(scope, host, sealed.spec, sealed.file, clock);
  watch.fearing(opened.guest.gone);
  await watch.during(() => untilReady(machine, context));
  return {machine, port: null, guest: opened.guest, sealed: opened};
}

/** Opens an L1 that was saved, and gives the programs that run in it. */
export async function openSavedL1(
  scope: Scope,
  host: Host,
  spec: MachineSpec,
  {folder, snapshot}: SavedLab,
  watch: Watch,
  context: BootContext,
): Promise<{l1: L1; programs: Running[]}> {
  const clock = currentVirtualClock(spec);
  clock.advance(BigInt(snapshot.nowNs));
  const sealed = await seal(scope, {...spec, incoming: true});
  const machine = await onClock(wallClock, async () => {
    const waiting = await boot(scope, host, sealed.spec, context);
    await loadState(waiting, path.join(folder, stateFile));
    return waiting;
  });
  const opened = await openSealed(scope, host, sealed.spec, sealed.file, clock, snapshot.guest);
  watch.fearing(opened.guest.gone);
  return {l1: {machine, port: null, guest: opened.guest, sealed: opened}, programs: opened.programs};
}

function currentVirtualClock({name}: MachineSpec): VirtualClock {
  const clock = currentClock();
  if (!(clock instanceof VirtualClock)) throw new Error(`${name} is sealed, and its clock is not a virtual one`);
  return clock;
}

/** Waits until a machine's init says that it is up. */
export async function untilReady(machine: Machine, context: BootContext): Promise<void> {
  using limit = new Deadline(`${machine.spec.name}: boot`, bootLimitMs, context.signal);
  const ended = failWhenEnded(machine);
  await limit.race(Promise.race([machine.console.line(readyLine), ended]));
}

/** Asks QEMU for the port on loopback that leads to the guest's sshd. */
async function forwardedPort(machine: Machine): Promise<number> {
  const table = String(await machine.qmp.execute('human-monitor-command', {'command-line': 'info usernet'}));
  const port = /HOST_FORWARD\]\s+\S+\s+127\.0\.0\.1\s+(\d+)\s+\S+\s+22\b/.exec(table)?.[1];
  if (!port) throw new MachineFailed(`${machine.spec.name}: ${networkId} forwards no port: ${table}`);
  return Number(port);
}

/** Loads VFIO and the device. */
export function loadModules({dmaEntryLimit}: Scenario): string {
  return `modprobe vfio_iommu_type1 dma_entry_limit=${dmaEntryLimit}\nmodprobe vdmae_mdev`;
}

/** Loads VFIO and the device, makes the instances of both sides, builds the bridges, and readies the trace buffer. */
export function setUpForL2(scenario: Scenario): string {
  const types = '/sys/class/mdev_bus/vdmae/mdev_supported_types';
  const uuids = (['source', 'target'] as const).flatMap(side => mdevUuids(side, scenario));
  return `
    test -c /dev/kvm || { echo 'KVM does not work in L1: no /dev/kvm'; exit 1; }
    ${loadModules(scenario)}
    for uuid in ${uuids.join(' ')}; do
      echo $uuid > ${types}/vdmae-${scenario.dmaAccess}/create
    done
    brctl addbr br0
    ip addr add 192.168.77.1/24 dev br0
    ip link set br0 up
    brctl addbr ${traffic.bridge}
    ip addr add ${traffic.l1}/24 dev ${traffic.bridge}
    ip link set ${traffic.bridge} up
    ${tracingSetUp(scenario)}`;
}
