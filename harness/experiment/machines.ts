import type {Emulator} from '../build/emulator.ts';
import type {Accelerator, ClockKind, MachineSpec} from '../machine/spec.ts';
import type {Scenario} from '../scenario/schema.ts';
import {inL1} from './payload.ts';

/** Which end of a migration a machine of L2 is on: each has mdev instances and a tap device of its own. */
export type Side = 'source' | 'target';

/** A machine of L2: its side, and how many that side has had with it. */
export type Place = {readonly side: Side; readonly number: number};

/** The name of a machine of L2, and of its logs. */
function machineName({side, number}: Place): string {
  return number === 1 ? side : `${side}-${number}`;
}

/** The mdev instances of one side, the first device's first. Where vhost is the subject, there are none. */
export function mdevUuids(side: Side, {workload, devices}: Scenario): string[] {
  const sideDigit = side === 'source' ? 1 : 2;
  return Array.from(
    {length: workload === 'vhost-net' ? 0 : devices},
    (_, index) => `6f1b1c52-6a4e-4d0f-9a58-0d6f6a2f0${sideDigit}0${index + 1}`,
  );
}

/** L2's address on the bridge in L1. */
export const l2Address = '192.168.77.2';

/** The network of vhost's traffic, in L1 and in L2. */
export const traffic = {bridge: 'br1', l1: '192.168.78.1', l2: '192.168.78.2', mac: '52:54:00:78:00:02'} as const;

/** QEMU's own trace events that the harness reads; the kernel's type1 events stand in the same buffer. */
const tracedEvents = [
  'migrate_set_state',
  'migration_bitmap_sync_start',
  'migration_bitmap_sync_end',
  'migration_bitmap_sync_round',
  'vfio_listener_log_sync_begin',
  'vfio_listener_log_sync_end',
] as const;

/** The same of a machine with a card that vhost serves. */
const tracedOfVhost = ['vhost_iotlb_miss'] as const;

/** Where time goes: unmaps, and who has which of QEMU's mutexes. */
const tracedLocks = [
  'vfio_legacy_dma_unmap_begin',
  'vfio_legacy_dma_unmap_end',
  'qemu_mutex_lock',
  'qemu_mutex_locked',
  'qemu_mutex_unlock',
] as const;

function tracedEventsOf({tracing, workload}: Scenario): string[] {
  if (tracing === 'off') return [];
  return [
    ...tracedEvents,
    ...(workload === 'vhost-net' ? tracedOfVhost : []),
    ...(tracing === 'locks' ? tracedLocks : []),
  ];
}

/** Kernel options of both guests: a console, no way to live on after a fault, and only warnings on the console. */
const commonCmdline = ['console=ttyS0', 'panic=-1', 'oops=panic', 'loglevel=5'];

/**
 * What guests of an emulated processor need beyond others. Its time stamp counter is calibrated badly: L2 would get no
 * timer interrupts without the tolerance, and the watchdog would give the counter up. On a busy machine the check of
 * the timer interrupt can be too slow to succeed.
 */
const emulated = {
  l1: ['kvm.tsc_tolerance_ppm=500000', 'tsc=reliable', 'no_timer_check'],
  l2: ['tsc=reliable', 'no_timer_check'],
} as const;

/** L1: runs the arm's kernel, and in it the arm's QEMU. It is itself run by `emulator`. */
export function l1Spec(
  scenario: Scenario,
  accelerator: Accelerator,
  kernel: string,
  initrd: string,
  {qemu, firmware}: Emulator,
  clock: ClockKind = 'wall',
): MachineSpec {
  return {
    name: 'l1',
    qemu,
    firmware,
    accelerator,
    clock,
    cpu: accelerator === 'tcg' ? 'max' : 'host',
    cpus: scenario.l1Cpus,
    memoryMiB: scenario.l1MemoryMiB,
    kernel,
    initrd,
    cmdline: [
      ...commonCmdline,
      ...(accelerator === 'tcg' ? emulated.l1 : []),
      ...(clock === 'virtual' ? ['harness_sealed=1'] : []),
    ],
    network: {kind: 'user'},
    vhost: null,
    ramBelow4gMiB: null,
    viommu: null,
    devices: [],
    trace: [],
    incoming: false,
  };
}

/**
 * L2: has the devices, and the vIOMMU where the scenario wants one; its machines differ in nothing but their side of the
 * migration. `accelerator` is L1's own.
 */
export function l2Spec(
  scenario: Scenario,
  accelerator: Accelerator,
  deviceOptions: readonly string[],
  place: Place,
): MachineSpec {
  const {side} = place;
  return {
    name: machineName(place),
    qemu: inL1.qemu,
    firmware: inL1.firmware,
    accelerator: 'kvm',
    clock: 'wall',
    // QEMU's own SVM does not intercept XSETBV, so KVM in an emulated L1 cannot keep L2's extended state.
    cpu: accelerator === 'tcg' ? 'host,-xsave' : 'host',
    cpus: scenario.l2Cpus,
    memoryMiB: scenario.l2MemoryMiB,
    kernel: inL1.kernel,
    initrd: inL1.initrd,
    cmdline: [...commonCmdline, ...iommuCmdline(scenario), ...(accelerator === 'tcg' ? emulated.l2 : [])],
    network: {kind: 'tap', interface: side === 'source' ? 'tap0' : 'tap1', mac: '52:54:00:77:00:02'},
    vhost:
      scenario.workload === 'vhost-net' ? {interface: side === 'source' ? 'tap2' : 'tap3', mac: traffic.mac} : null,
    ramBelow4gMiB: scenario.ramBelow4gMiB === 0 ? null : scenario.ramBelow4gMiB,
    viommu: scenario.guestIommu === 'off' ? null : {addressBits: scenario.iommuAddressBits},
    devices: mdevUuids(side, scenario).map(uuid => vfioDevice(uuid, deviceOptions)),
    trace: tracedEventsOf(scenario),
    incoming: side !== 'source' || place.number > 1,
  };
}

/** The guest's IOMMU options. Lazy invalidation is set later, for the device's group: behind a vIOMMU it is off. */
function iommuCmdline({guestIommu, iovaPlacement}: Scenario): string[] {
  if (guestIommu === 'off') return [];
  return ['intel_iommu=on', 'iommu.strict=1', ...(iovaPlacement === 'top' ? ['iommu.forcedac=1'] : [])];
}

function vfioDevice(uuid: string, options: readonly string[]): string {
  return ['vfio-pci', `sysfsdev=/sys/bus/mdev/devices/${uuid}`, 'enable-migration=on', ...options].join(',');
}
