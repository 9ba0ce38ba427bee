import {Deadline} from '../base/deadline.ts';
import {readyLine} from '../machine/accelerator.ts';
import {type BootContext, failWhenEnded, type Machine} from '../machine/boot.ts';
import type {Host} from '../machine/host.ts';
import type {SavedPrograms} from '../machine/kept.ts';
import type {SavedGuest} from '../machine/sealed/sealed-guest.ts';
import type {Shell} from '../machine/shell.ts';
import type {Scenario} from '../scenario/schema.ts';
import {mdevUuids, traffic} from './machines.ts';
import {tracingSetUp} from './tracing.ts';

/** L1, up and set up. */
export type L1 = {
  readonly machine: Machine;
  /** The port on this machine's loopback that leads to L1's sshd; null where L1 is sealed. */
  readonly port: number | null;
  readonly guest: Shell;
  /** Where the QEMUs of L2 run. */
  readonly nest: Host;
  /** Ends the connections to L1, and has it stand still for good; where it is to be saved. */
  readonly standStill?: (signal: AbortSignal) => Promise<SavedL1>;
  /** Tells whoever waits for what ran in L1 that it is gone, since nobody notices once it stands still. */
  readonly lose?: () => void;
};

/** What an L1 that is reached by SSH is to be known by once it was saved. */
export type SavedOpen = {readonly clock: 'wall'; readonly programs: SavedPrograms};

/** The same of one that is sealed, and when it was saved, in ns of its clock. */
export type SavedSealed = {readonly clock: 'virtual'; readonly nowNs: string; readonly guest: SavedGuest};

/** What an L1 that was saved is to be known by. */
export type SavedL1 = SavedOpen | SavedSealed;

/** Boot deadline in ms: many times what a boot takes, since a busy machine is slow. */
const bootLimitMs = 60_000;

/** Waits until a machine's init says that it is up. */
export async function untilReady(machine: Machine, context: BootContext): Promise<void> {
  using limit = new Deadline(`${machine.spec.name}: boot`, bootLimitMs, context.signal);
  const ended = failWhenEnded(machine);
  await limit.race(Promise.race([machine.console.line(readyLine), ended]));
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
