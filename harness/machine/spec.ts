/** What runs a machine's processor: hardware, or QEMU's own translator. */
export type Accelerator = 'kvm' | 'tcg';

/** What the guests' time is: that of this machine, or the number of instructions that L1 has run. */
export type ClockKind = 'wall' | 'virtual';

/**
 * How a machine is reached: L1 through QEMU's user network on loopback, L2 through a tap device in L1. One that is sealed
 * has no network: its programs are reached by memory that it shares, the file `mailbox`, and by a monitor that tells when
 * it has stopped itself.
 */
export type Network =
  | {readonly kind: 'user'}
  | {readonly kind: 'sealed'; readonly mailbox: string; readonly monitor: Endpoint}
  | {readonly kind: 'tap'; readonly interface: string; readonly mac: string};

/** A network card whose queues vhost in the host's kernel serves. Behind a vIOMMU it has an IOTLB of its own. */
export type VhostCard = {readonly interface: string; readonly mac: string};

/** What a machine is: all that its QEMU is told, but for where its monitor listens. */
export type MachineSpec = {
  readonly name: string;
  /** Path of QEMU on the host that runs it. */
  readonly qemu: string;
  /** Folders with firmware on that host; empty for the ones QEMU was built with. */
  readonly firmware: readonly string[];
  readonly accelerator: Accelerator;
  /** Whether its time is that of this machine, or counts the instructions that it has run. */
  readonly clock: ClockKind;
  /** The processor model, with its flags. */
  readonly cpu: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly kernel: string;
  readonly initrd: string;
  readonly cmdline: readonly string[];
  readonly network: Network;
  /** A second network card, for traffic; null for none. */
  readonly vhost: VhostCard | null;
  /** How much of the memory lies below 4 GiB; null for QEMU's default. */
  readonly ramBelow4gMiB: number | null;
  /** An intel-iommu in caching mode with IOVAs so wide, in front of all PCI devices; null for none. */
  readonly viommu: {readonly addressBits: number} | null;
  /** Further -device arguments. */
  readonly devices: readonly string[];
  /** QEMU trace events to switch on. */
  readonly trace: readonly string[];
  /** It waits for a migration instead of booting. */
  readonly incoming: boolean;
};

/** An address at which a monitor listens, as QEMU spells it: `unix:/path` or `tcp:127.0.0.1:4000`. */
export type Endpoint = `unix:${string}` | `tcp:127.0.0.1:${number}`;
