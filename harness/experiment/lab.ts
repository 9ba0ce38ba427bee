import {Deadline} from '../base/deadline.ts';
import {phase} from '../base/events.ts';
import type {Scope} from '../base/scope.ts';
import {readyLine} from '../machine/accelerator.ts';
import {type BootContext, boot, failWhenEnded, type Machine, MachineFailed, whileAlive} from '../machine/boot.ts';
import {Guest, type Login} from '../machine/guest.ts';
import type {Host} from '../machine/host.ts';
import {networkId} from '../machine/qemu-args.ts';
import type {MachineSpec} from '../machine/spec.ts';
import type {Scenario} from '../scenario/schema.ts';
import {l2Address, l2Spec, mdevUuids, type Side} from './machines.ts';

/** L1 up and set up, L2 running in it, and the machine that L2 will be migrated to. */
export type Lab = {
  readonly l1: Machine;
  /** The port on this machine's loopback that leads to L1's sshd. */
  readonly l1Port: number;
  readonly l1Guest: Guest;
  readonly source: Machine;
  readonly target: Machine;
  readonly l2Guest: Guest;
};

/** Boot deadlines in ms: many times what a boot takes, since a busy machine is slow. */
const bootLimitMs = 60_000;

/** How long L1 may take to connect to L2's sshd, in ms. */
const reachLimitMs = 10_000;

/** Boots L1, sets it up, boots L2 in it and starts the machine that waits for the migration. */
export async function openLab(
  scope: Scope,
  host: Host,
  l1Of: MachineSpec,
  scenario: Scenario,
  deviceOptions: readonly string[],
  login: Login,
  context: BootContext,
): Promise<Lab> {
  const {emit} = context;
  const [l1, l1Port, l1Guest] = await phase(emit, 'boot L1', async () => {
    const machine = await boot(scope, host, l1Of, context);
    await untilReady(machine, context);
    const port = await forwardedPort(machine);
    return [machine, port, scope.use('SSH to L1', await Guest.connect('l1', {port}, login, context.signal))] as const;
  });
  return await whileAlive([l1], async () => {
    await phase(emit, 'set up L1', () => l1Guest.run('setting up L1', setUpL1(scenario), 30_000, context.signal));
    const specOf = (side: Side): MachineSpec => l2Spec(scenario, l1Of.accelerator, deviceOptions, side);
    const source = await phase(emit, 'boot L2', async () => {
      const machine = await startL2(scope, l1Guest, specOf('source'), context);
      await untilReady(machine, context);
      return machine;
    });
    const l2Guest = await phase(emit, 'set up L2', async () => {
      using limit = new Deadline('l1: reaching L2', reachLimitMs, context.signal);
      const stream = await limit.race(l1Guest.forward(l2Address, 22));
      const guest = scope.use('SSH to L2', await Guest.connect('l2', {stream}, login, context.signal));
      await guest.run('setting up L2', setUpL2, 30_000, context.signal);
      return guest;
    });
    const target = await phase(emit, 'start the destination', () => startL2(scope, l1Guest, specOf('target'), context));
    return {l1, l1Port, l1Guest, source, target, l2Guest};
  });
}

/** Starts an L2's QEMU in L1, and joins the guest's network with L1's. */
async function startL2(scope: Scope, l1Guest: Guest, spec: MachineSpec, context: BootContext): Promise<Machine> {
  const machine = await boot(scope, l1Guest, spec, context);
  if (spec.network.kind === 'tap') await l1Guest.run('joining the bridge', joinBridge(spec.network.interface));
  return machine;
}

async function untilReady(machine: Machine, context: BootContext): Promise<void> {
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

/** Loads VFIO and the device, makes the two instances, builds the bridge, and readies the trace buffer. */
function setUpL1({dmaEntryLimit, dmaAccess}: Scenario): string {
  const types = '/sys/class/mdev_bus/vdmae/mdev_supported_types';
  return `
    test -c /dev/kvm || { echo 'KVM does not work in L1: no /dev/kvm'; exit 1; }
    modprobe vfio_iommu_type1 dma_entry_limit=${dmaEntryLimit}
    modprobe vdmae_mdev
    for uuid in ${Object.values(mdevUuids).join(' ')}; do
      echo $uuid > ${types}/vdmae-${dmaAccess}/create
    done
    brctl addbr br0
    ip addr add 192.168.77.1/24 dev br0
    ip link set br0 up
    cd /sys/kernel/tracing
    echo 0 > tracing_on
    echo mono > trace_clock
    echo 32768 > buffer_size_kb
    echo 1 > options/record-tgid
    echo 1 > events/vfio_iommu_type1/enable`;
}

function joinBridge(tap: string): string {
  return `ip link set ${tap} up\nbrctl addif br0 ${tap}`;
}

/** Loads the driver, and makes sure that the device really is behind the vIOMMU and that timers tick. */
const setUpL2 = `
  modprobe vdmae
  test -c /dev/vdmae0 || { echo 'the driver found no device'; exit 1; }
  device=$(ls -d /sys/bus/pci/drivers/vdmae/0000:* | head -n 1)
  test -e $device/iommu_group || { echo 'the device is not behind the vIOMMU'; exit 1; }
  grep -qx DMA $device/iommu_group/type || { echo "the IOMMU group is not strict: $(cat $device/iommu_group/type)"; exit 1; }
  awk '/LOC:/ {for (i = 2; i <= NF; i++) if ($i + 0 > 0) found = 1} END {exit !found}' /proc/interrupts ||
    { echo 'L2 gets no timer interrupts'; exit 1; }`;
