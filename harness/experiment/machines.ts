import type {Accelerator, MachineSpec} from '../machine/spec.ts';
import type {Scenario} from '../scenario/schema.ts';
import {inL1} from './payload.ts';

/** The mdev instances of the two L2 machines. */
export const mdevUuids = {
  source: '6f1b1c52-6a4e-4d0f-9a58-0d6f6a2f0001',
  target: '6f1b1c52-6a4e-4d0f-9a58-0d6f6a2f0002',
} as const;

/** Which of the two L2 machines: the one that is migrated, and the one it becomes. */
export type Side = keyof typeof mdevUuids;

/** L2's address on the bridge in L1. */
export const l2Address = '192.168.77.2';

/** QEMU's own trace events that the harness reads; the kernel's type1 events stand in the same buffer. */
export const tracedEvents = [
  'migration_bitmap_sync_start',
  'migration_bitmap_sync_end',
  'migration_bitmap_sync_round',
  'vfio_listener_log_sync_begin',
  'vfio_listener_log_sync_end',
] as const;

/** L1: runs the arm's kernel, and in it the arm's QEMU. */
export function l1Spec(scenario: Scenario, accelerator: Accelerator, kernel: string, initrd: string): MachineSpec {
  return {
    name: 'l1',
    qemu: 'qemu-system-x86_64',
    firmware: [],
    accelerator,
    cpus: scenario.l1Cpus,
    memoryMiB: scenario.l1MemoryMiB,
    kernel,
    initrd,
    // Under TCG the time stamp counter is calibrated badly; without the tolerance L2 gets no timer interrupts.
    cmdline: ['console=ttyS0', 'panic=-1', 'oops=panic', 'loglevel=5', 'kvm.tsc_tolerance_ppm=500000'],
    network: {kind: 'user'},
    viommu: false,
    devices: [],
    trace: [],
    incoming: false,
  };
}

/** L2: has the vIOMMU and the device; source and target differ in nothing but their side of the migration. */
export function l2Spec(scenario: Scenario, deviceOptions: readonly string[], side: Side): MachineSpec {
  const device = ['vfio-pci', `sysfsdev=/sys/bus/mdev/devices/${mdevUuids[side]}`, 'enable-migration=on', ...deviceOptions];
  return {
    name: side,
    qemu: inL1.qemu,
    firmware: inL1.firmware,
    accelerator: 'kvm',
    cpus: scenario.l2Cpus,
    memoryMiB: scenario.l2MemoryMiB,
    kernel: inL1.kernel,
    initrd: inL1.initrd,
    cmdline: ['console=ttyS0', 'panic=-1', 'oops=panic', 'loglevel=5', 'intel_iommu=on', 'iommu.strict=1'],
    network: {kind: 'tap', interface: side === 'source' ? 'tap0' : 'tap1', mac: '52:54:00:77:00:02'},
    viommu: true,
    devices: [device.join(',')],
    trace: tracedEvents,
    incoming: side === 'target',
  };
}
