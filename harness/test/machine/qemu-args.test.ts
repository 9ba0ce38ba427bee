import test from 'ava';
import {distributionsQemu, emulatorIn} from '../../build/emulator.ts';
import {l1Spec, l2Spec, mdevUuids, type Place} from '../../experiment/machines.ts';
import {qemuArgv} from '../../machine/qemu-args.ts';
import {sealedIn} from '../../machine/sealed/open.ts';
import type {Endpoint, MachineSpec} from '../../machine/spec.ts';
import {iovaChurn} from '../fakes/scenario.ts';
import {matchesGolden} from '../golden.ts';

const scenario = await iovaChurn();
const vhostNet = await iovaChurn('workload=vhost-net');
const source: Place = {side: 'source', number: 1};
const target: Place = {side: 'target', number: 1};
const l1 = (accelerator: 'kvm' | 'tcg', clock: 'wall' | 'virtual' = 'wall'): MachineSpec =>
  l1Spec(
    scenario,
    accelerator,
    '/kernel/bzImage',
    '/run/l1.initrd',
    accelerator === 'tcg' ? emulatorIn('/emulator') : distributionsQemu,
    clock,
  );

const commandLine = test.macro(async (t, golden: string, spec: MachineSpec, monitor: Endpoint) => {
  await matchesGolden(t, golden, `${qemuArgv(spec, monitor).join('\n')}\n`);
});

test('L1 under TCG', commandLine, 'qemu-l1-tcg.txt', l1('tcg'), 'unix:/tmp/l1.qmp');
test(
  'L1 under the virtual clock',
  commandLine,
  'qemu-l1-sealed.txt',
  sealedIn('/tmp/sealed', l1('tcg', 'virtual')),
  'unix:/tmp/l1.qmp',
);
test('L1 under KVM', commandLine, 'qemu-l1-kvm.txt', l1('kvm'), 'unix:/tmp/l1.qmp');
test(
  'the L2 that is migrated',
  commandLine,
  'qemu-l2-source.txt',
  l2Spec(scenario, 'kvm', [], source),
  'tcp:127.0.0.1:4001',
);
test(
  'the L2 that it becomes in an emulated L1, with a series’ device options',
  commandLine,
  'qemu-l2-target.txt',
  l2Spec(scenario, 'tcg', ['x-gpa=on'], target),
  'tcp:127.0.0.1:4002',
);
test(
  'the L2 whose network card vhost serves',
  commandLine,
  'qemu-l2-vhost.txt',
  l2Spec(vhostNet, 'kvm', [], source),
  'tcp:127.0.0.1:4001',
);

test('both L2 machines are one to the guest: only the side of the migration differs', t => {
  const [from, to] = [source, target].map(place => qemuArgv(l2Spec(scenario, 'tcg', [], place), 'unix:/m'));
  const differing = from!.filter((word, index) => word !== to![index]);
  t.deepEqual(
    differing.map(word => word.replace(/\/[0-9a-f-]{36}/, '/UUID')),
    [
      'source',
      'tap,id=net0,ifname=tap0,script=no,downscript=no',
      'vfio-pci,sysfsdev=/sys/bus/mdev/devices/UUID,enable-migration=on',
    ],
  );
  t.deepEqual(to!.slice(from!.length), ['-incoming', 'defer']);
});

test('L1 is reachable only on loopback, and has no way out', t => {
  const netdev = qemuArgv(l1('tcg'), 'unix:/m').find(word => word.startsWith('user,'));
  t.regex(netdev!, /restrict=on/);
  t.deepEqual(netdev!.match(/hostfwd=[^,]*/g), ['hostfwd=tcp:127.0.0.1:0-:22']);
});

test('a sealed L1 has no network', t => {
  const argv = qemuArgv(sealedIn('/tmp/sealed', l1('tcg')), 'unix:/m');
  t.false(argv.some(word => /netdev|virtio-net/.test(word)));
});

test('the sizes of the machines are the scenario’s', async t => {
  const other = await iovaChurn('l1MemoryMiB=4096', 'l1Cpus=3', 'l2MemoryMiB=640', 'l2Cpus=2');
  t.like(l1Spec(other, 'tcg', '', '', distributionsQemu), {memoryMiB: 4096, cpus: 3});
  t.like(l2Spec(other, 'kvm', [], source), {memoryMiB: 640, cpus: 2});
});

test('a machine to come back to has the devices and the network that the guest left, and waits', t => {
  const back = l2Spec(scenario, 'tcg', [], {side: 'source', number: 2});
  const first = l2Spec(scenario, 'tcg', [], source);
  t.deepEqual(back, {...first, name: 'source-2', incoming: true});
});

test('each device of each side is an instance of its own', async t => {
  const several = await iovaChurn('devices=4');
  const uuids = [...mdevUuids('source', several), ...mdevUuids('target', several)];
  t.is(new Set(uuids).size, 8);
  t.is(l2Spec(several, 'tcg', [], source).devices.length, 4);
});

const scenarioArgs = async (...overrides: string[]): Promise<string> =>
  qemuArgv(l2Spec(await iovaChurn(...overrides), 'kvm', [], source), 'unix:/m').join(' ');

test('a guest without a vIOMMU has none, nor asks for one', async t => {
  const argv = await scenarioArgs('guestIommu=off');
  t.notRegex(argv, /iommu/);
  t.regex(argv, / -machine q35 /);
});

test('what a scenario says of IOVAs and memory goes to QEMU and to the guest', async t => {
  const argv = await scenarioArgs('iommuAddressBits=39', 'iovaPlacement=top', 'ramBelow4gMiB=256');
  t.regex(argv, / -machine q35,kernel-irqchip=split,max-ram-below-4g=256M /);
  t.regex(argv, / intel-iommu,intremap=on,caching-mode=on,aw-bits=39 /);
  t.regex(argv, / intel_iommu=on iommu\.strict=1 iommu\.forcedac=1/);
});
