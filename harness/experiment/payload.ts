import {copyFile, cp, mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {command} from '../base/command.ts';
import {packHere} from '../build/image.ts';
import type {Kernel} from '../build/kernel.ts';
import {build} from '../build/root.ts';
import type {Toolchain} from '../build/toolchain.ts';
import type {RunKeys} from '../machine/keys.ts';
import type {Arm} from './arm.ts';

/** Where things lie in L1. */
export const inL1 = {
  qemu: '/usr/bin/qemu-system-x86_64',
  firmware: ['/usr/share/seabios', '/usr/share/qemu'],
  kernel: '/l2/bzImage',
  initrd: '/l2/initrd',
} as const;

/** What all arms of a run share. */
export type Shared = {
  readonly toolchain: Toolchain;
  readonly keys: RunKeys;
  readonly guestKernel: Kernel;
  readonly l1Image: string;
  readonly l2Image: string;
};

/** Packs L2's initramfs: its image, the guest kernel's modules and the run's keys. */
export async function packL2(shared: Shared, folder: string): Promise<string> {
  const root = path.join(folder, 'l2-root');
  await layOut(root, shared, shared.guestKernel);
  return pack(shared.toolchain, shared.l2Image, root, path.join(folder, 'l2.initrd'));
}

/** Packs L1's initramfs for an arm: its image, the arm's modules and QEMU, the keys, and all that L2 boots from. */
export async function packL1(
  shared: Shared,
  arm: Arm,
  l2Initrd: string,
  folder: string,
  name: string,
): Promise<string> {
  const root = path.join(folder, `${name}-root`);
  await layOut(root, shared, arm.kernel);
  await mkdir(path.join(root, 'usr/bin'), {recursive: true});
  await mkdir(path.join(root, 'l2'));
  await copyFile(path.join(arm.qemu.folder, 'qemu-system-x86_64'), path.join(root, inL1.qemu));
  await copyFile(path.join(shared.guestKernel.folder, 'bzImage'), path.join(root, inL1.kernel));
  await copyFile(l2Initrd, path.join(root, inL1.initrd));
  return pack(shared.toolchain, shared.l1Image, root, path.join(folder, `${name}.initrd`));
}

/** What both guests need beside their image: modules, the key that may log in, and the host key to show. */
async function layOut(root: string, {keys}: Shared, kernel: Kernel): Promise<void> {
  await mkdir(path.join(root, 'root/.ssh'), {recursive: true});
  await mkdir(path.join(root, 'etc/dropbear'), {recursive: true});
  await writeFile(path.join(root, 'root/.ssh/authorized_keys'), `${keys.publicKey}\n`, {mode: 0o600});
  await writeFile(path.join(root, 'etc/dropbear/host_key'), keys.hostPrivateKey, {mode: 0o600});
  await cp(path.join(kernel.folder, 'lib'), path.join(root, 'lib'), {recursive: true});
}

async function pack(toolchain: Toolchain, image: string, root: string, initrd: string): Promise<string> {
  const archive = `${initrd}.part`;
  await writeFile(archive, '');
  const binds = [
    {from: root, to: '/root'},
    {from: archive, to: '/archive', writable: true},
  ];
  await build(toolchain, 'packing an initramfs', binds, ['sh', '-ec', `cd /mnt/root\n${packHere('/mnt/archive')}`]);
  await command('joining the archives', ['sh', '-ec', 'cat "$1" "$2" > "$3"; rm "$2"', 'sh', image, archive, initrd]);
  return initrd;
}
