import {mailboxBytes} from './sealed/mailbox-file.ts';
import type {Endpoint, MachineSpec, Network, VhostCard} from './spec.ts';

/** The whole command line of a machine's QEMU. One option a line, its value beside it. */
export function qemuArgv(spec: MachineSpec, monitor: Endpoint): string[] {
  return [
    [spec.qemu],
    ['-name', spec.name],
    ...spec.firmware.map(folder => ['-L', folder]),
    ['-machine', machineArg(spec)],
    ...accelArgs(spec),
    ['-cpu', spec.cpu],
    ['-smp', String(spec.cpus)],
    ['-m', `${spec.memoryMiB}M`],
    ['-display', 'none'],
    ['-nodefaults'],
    ['-no-user-config'],
    ['-no-reboot'],
    ['-serial', 'stdio'],
    ['-qmp', `${monitor},server=on,wait=off`],
    ['-kernel', spec.kernel],
    ['-initrd', spec.initrd],
    ['-append', spec.cmdline.join(' ')],
    spec.viommu ? ['-device', viommuArg(spec.viommu, spec.vhost)] : [],
    ...networkArgs(spec.network),
    ...(spec.vhost ? vhostArgs(spec.vhost) : []),
    ...spec.devices.map(device => ['-device', device]),
    ...spec.trace.map(event => ['-trace', `enable=${event}`]),
    spec.incoming ? ['-incoming', 'defer'] : [],
  ].flat();
}

/**
 * Under the virtual clock an instruction takes 2 ns, and where the guest waits time passes at once; its calendar begins
 * at the same moment each time.
 */
function accelArgs({accelerator, clock}: MachineSpec): string[][] {
  if (accelerator === 'kvm') return [['-accel', 'kvm']];
  if (clock === 'wall') return [['-accel', 'tcg,thread=multi']];
  return [
    ['-accel', 'tcg,thread=single'],
    ['-icount', 'shift=1,sleep=off'],
    ['-rtc', 'base=2024-01-01T00:00:00,clock=vm'],
  ];
}

function machineArg({viommu, ramBelow4gMiB}: MachineSpec): string {
  return [
    'q35',
    viommu ? ['kernel-irqchip=split'] : [],
    ramBelow4gMiB === null ? [] : [`max-ram-below-4g=${ramBelow4gMiB}M`],
  ]
    .flat()
    .join(',');
}

function viommuArg({addressBits}: NonNullable<MachineSpec['viommu']>, vhost: VhostCard | null): string {
  return ['intel-iommu,intremap=on,caching-mode=on', `aw-bits=${addressBits}`, vhost ? ['device-iotlb=on'] : []]
    .flat()
    .join(',');
}

/** Name of the network backend, by which the monitor tells the port that QEMU chose. */
export const networkId = 'net0';

function networkArgs(network: Network): string[][] {
  switch (network.kind) {
    case 'user':
      return [
        // restrict=on: no route out. Port 0: QEMU takes a free one, so that runs never meet.
        ['-netdev', `user,id=${networkId},restrict=on,hostfwd=tcp:127.0.0.1:0-:22`],
        ['-device', `virtio-net-pci,netdev=${networkId},romfile=`],
      ];
    case 'sealed':
      return [
        ['-object', `memory-backend-file,id=mailbox,size=${mailboxBytes},mem-path=${network.mailbox},share=on`],
        ['-device', 'ivshmem-plain,memdev=mailbox,master=on'],
        ['-device', 'pvpanic-pci'],
        ['-action', 'panic=pause'],
        ['-qmp', `${network.monitor},server=on,wait=off`],
      ];
    case 'tap':
      return [
        ['-netdev', `tap,id=${networkId},ifname=${network.interface},script=no,downscript=no`],
        ['-device', `virtio-net-pci,netdev=${networkId},mac=${network.mac},romfile=`],
      ];
  }
}

/** With ATS, vhost learns from the device's IOTLB what the guest invalidates. */
function vhostArgs({interface: tap, mac}: VhostCard): string[][] {
  const id = 'net1';
  return [
    ['-netdev', `tap,id=${id},ifname=${tap},script=no,downscript=no,vhost=on`],
    ['-device', `virtio-net-pci,netdev=${id},mac=${mac},romfile=,disable-legacy=on,iommu_platform=on,ats=on`],
  ];
}
