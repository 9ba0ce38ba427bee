import path from 'node:path';
import {hashFolder} from '../base/hash.ts';
import {fingerprint} from '../plan/fingerprint.ts';
import type {GuestImages, GuestName, ImageDefinition} from './guest-images.ts';
import {build} from './root.ts';
import {ensureArtifact, type Store} from './store.ts';
import type {Toolchain} from './toolchain.ts';

/** Names an image by the build root and all of its folder but the modules, which belong to a kernel. */
export async function imageName(toolchain: Toolchain, images: GuestImages, guest: GuestName): Promise<string> {
  const {folder, tools, binaries, files} = images.images[guest];
  const overlay = await hashFolder(path.join(folder, 'overlay'));
  const toolHashes = await Promise.all(tools.map(hashFolder));
  const headers = await hashFolder(images.includeFolder);
  const library = await hashFolder(images.libraryFolder);
  const inputs = {toolchain: toolchain.fingerprint, overlay, tools: toolHashes, headers, library, binaries, files};
  return `image-${guest}-${fingerprint({...inputs, script: imageScript(images.images[guest], guest)})}`;
}

/**
 * Gives the initramfs of a guest, without kernel modules and keys: an uncompressed cpio archive, so that
 * further archives can be put behind it.
 * @returns the path of the archive.
 */
export async function ensureImage(
  store: Store,
  toolchain: Toolchain,
  images: GuestImages,
  guest: GuestName,
): Promise<string> {
  const name = await imageName(toolchain, images, guest);
  const folder = await ensureArtifact(store, name, async partial => {
    const binds = [
      {from: images.folder, to: '/images'},
      {from: partial, to: '/out', writable: true},
    ];
    const script = imageScript(images.images[guest], guest);
    await build(toolchain, `${name}: packing`, binds, ['sh', '-ec', script], {signal: store.signal});
  });
  return path.join(folder, 'image.cpio');
}

/** The steps that fill a root folder in the build root's /tmp and pack it. */
function imageScript(image: ImageDefinition, guest: GuestName): string {
  const toolFolder = (folder: string): string => `/tmp/images/${guest}/tools/${path.basename(folder)}`;
  return [
    'cp -r /mnt/images /tmp/images',
    'mkdir -p /tmp/root',
    'cd /tmp/root',
    'mkdir -p bin sbin usr/bin usr/sbin lib lib64 usr/lib proc sys dev tmp run root etc',
    ...image.binaries.map(copyWithLibraries),
    ...image.files.map(file => `mkdir -p .${path.dirname(file)}\ncp -L ${file} .${file}`),
    ...image.tools.map(folder => installTool(toolFolder(folder), '/tmp/root')),
    `cp -a /tmp/images/${guest}/overlay/. .`,
    packHere('/mnt/out/image.cpio'),
  ].join('\n');
}

/** Shell that builds a tool in its folder and installs it. In a list with `&&`, `sh -e` would go on where a command fails. */
export function installTool(folder: string, root: string): string {
  return `make -s -C ${folder}\nmake -s -C ${folder} install DESTDIR=${root}`;
}

/** Shell that copies a program, and the libraries and the loader that ldd(1) names, into the present folder. */
function copyWithLibraries(program: string): string {
  const libraries = `ldd ${program} 2>/dev/null | grep -o '/[^ ]*'`;
  return `for f in ${program} $(${libraries}); do mkdir -p ".\${f%/*}"; cp -L "$f" ".$f"; done`;
}

/** Shell that packs the present folder as an archive the kernel unpacks as its first root, owned by root. */
export function packHere(archive: string): string {
  return `find . -mindepth 1 | LC_ALL=C sort | cpio --quiet --create --format=newc --reproducible --owner=0:0 > ${archive}`;
}
