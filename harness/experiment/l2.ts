import {Deadline} from '../base/deadline.ts';
import {phase} from '../base/events.ts';
import type {Scope} from '../base/scope.ts';
import {type BootContext, boot, type Machine, type RunningQemu, takeOver} from '../machine/boot.ts';
import {Guest, type Login} from '../machine/guest.ts';
import type {MachineSpec} from '../machine/spec.ts';
import type {Scenario} from '../scenario/schema.ts';
import {type L1, untilReady} from './l1.ts';
import {l2Address, traffic} from './machines.ts';

/** VDMAE_PCI_DEVICE of guest-images/include/vdmae_hw.h. */
const deviceId = '0x10f0';

/** How long L1 may take to connect to L2's sshd, in ms. */
const reachLimitMs = 10_000;

/** Starts a QEMU for L2 in L1, and joins the guest's networks with L1's. */
export async function startL2(scope: Scope, l1: L1, spec: MachineSpec, context: BootContext): Promise<Machine> {
  const machine = await boot(scope, l1.nest, spec, context);
  if (spec.network.kind === 'tap') await l1.guest.run('joining the bridge', joinBridge('br0', spec.network.interface));
  if (spec.vhost) await l1.guest.run('joining the bridge', joinBridge(traffic.bridge, spec.vhost.interface));
  return machine;
}

/** Boots L2, where the guest starts. */
export async function bootL2(scope: Scope, l1: L1, spec: MachineSpec, context: BootContext): Promise<Machine> {
  return await phase(context.emit, 'boot L2', async () => {
    const machine = await startL2(scope, l1, spec, context);
    await untilReady(machine, context);
    return machine;
  });
}

/** Logs in to L2, and makes it what the scenario says. */
export async function setUpL2(
  scope: Scope,
  l1: L1,
  scenario: Scenario,
  login: Login,
  context: BootContext,
): Promise<Guest> {
  return await phase(context.emit, 'set up L2', async () => {
    const guest = await logInToL2(scope, l1, login, context);
    await guest.run('setting up L2', setUpScript(scenario), 30_000, context.signal);
    return guest;
  });
}

/** Logs in to L2 by way of L1. */
export async function logInToL2(scope: Scope, l1: L1, login: Login, {signal}: BootContext): Promise<Guest> {
  using limit = new Deadline('l1: reaching L2', reachLimitMs, signal);
  const stream = await limit.race(l1.guest.forward(l2Address, 22));
  return scope.use('SSH to L2', await Guest.connect('l2', {stream}, login, signal));
}

/** Makes a machine of a QEMU of L2's that runs already. */
export async function takeOverL2(scope: Scope, l1: L1, qemu: RunningQemu, context: BootContext): Promise<Machine> {
  using limit = new Deadline(`${qemu.spec.name}: QEMU's monitor`, reachLimitMs, context.signal);
  return await takeOver(scope, l1.nest, qemu, context, limit);
}

function joinBridge(bridge: string, tap: string): string {
  return `ip link set ${tap} up\nbrctl addif ${bridge} ${tap}`;
}

/** Readies the devices, and makes sure that the guest has what the scenario asks for, and that timers tick. */
export function setUpScript(scenario: Scenario): string {
  return `
  fail() { echo "$*"; exit 1; }
  ${scenario.workload === 'vhost-net' ? setUpCard(scenario) : setUpDevices(scenario)}
  ${scenario.ramBelow4gMiB === 0 ? '' : ramOnBothSides}
  awk '/LOC:/ {for (i = 2; i <= NF; i++) if ($i + 0 > 0) found = 1} END {exit !found}' /proc/interrupts ||
    fail 'L2 gets no timer interrupts'`;
}

/** Loads the driver of the assigned devices. */
function setUpDevices({devices, guestIommu, iommuAddressBits}: Scenario): string {
  return `
  devices=$(grep -lx ${deviceId} /sys/bus/pci/devices/*/device | xargs -n 1 dirname)
  test $(echo $devices | wc -w) = ${devices} || fail "not ${devices} devices, but: $devices"
  ${guestIommu === 'off' ? withoutIommu : withIommu(guestIommu, iommuAddressBits)}
  modprobe vdmae
  test $(ls -d /dev/vdmae* | wc -l) = ${devices} || fail "the driver found other devices than ${devices}: $(ls -d /dev/vdmae*)"`;
}

/** Gives vhost's network card its address. Its driver is part of the kernel: the type of its group is the default. */
function setUpCard({guestIommu}: Scenario): string {
  return `
  card=$(dirname $(grep -lx ${traffic.mac} /sys/class/net/*/address))
  group=$card/device/../iommu_group
  test $(cat $group/type 2>/dev/null || echo none) = ${guestIommu === 'off' ? 'none' : 'DMA'} || fail "the card's group: $(cat $group/type)"
  ip addr add ${traffic.l2}/24 dev $(basename $card)
  ip link set $(basename $card) up`;
}

const withoutIommu = `
  for device in $devices; do test ! -e $device/iommu_group || fail "$device is behind a vIOMMU"; done`;

/** A group whose driver is not loaded yet may change its type. */
function withIommu(invalidation: 'strict' | 'lazy', bits: number): string {
  const type = invalidation === 'strict' ? 'DMA' : 'DMA-FQ';
  return `
  for device in $devices; do
    test -e $device/iommu_group || fail "$device is not behind the vIOMMU"
    echo ${type} > $device/iommu_group/type
    grep -qx ${type} $device/iommu_group/type || fail "$device: the group's type is not ${type}: $(cat $device/iommu_group/type)"
  done
  bits=$(($(($((0x$(cat /sys/class/iommu/dmar0/intel-iommu/cap) >> 16)) & 63)) + 1))
  test $bits = ${bits} || fail "the vIOMMU has IOVAs of $bits bits, not ${bits}"`;
}

const ramOnBothSides = `
  for digits in '[0-9a-f]{1,8}' '[0-9a-f]{9,}'; do
    grep -qE "^0*$digits-.*: System RAM" /proc/iomem || fail "RAM lies on one side of 4 GiB only: $(grep 'System RAM' /proc/iomem)"
  done`;
