import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {z} from 'zod';
import {UserError} from '../base/errors.ts';
import {atPlace, toComplaints} from '../scenario/complaints.ts';
import {readYaml, shown} from '../scenario/yaml.ts';
import type {QemuSetup} from './qemu-configuration.ts';

/** The two guests: L1 runs the patched kernel and QEMU, L2 runs in it, has the vIOMMU and is migrated. */
export type GuestName = 'l1' | 'l2';

const imageSchema = z.strictObject({
  /** Programs of the build root that go into the image, with the libraries they need. */
  binaries: z.array(z.string()),
  /** Files of the build root that go into the image under the same path. */
  files: z.array(z.string()).default([]),
});

/** What guest-images/<name>/ says: image.yaml, and a folder for each tool. */
export type ImageDefinition = z.infer<typeof imageSchema> & {
  readonly folder: string;
  readonly tools: readonly string[];
};

/** What guest-images/ holds; all paths absolute. */
export type GuestImages = {
  readonly folder: string;
  readonly kernelConfig: string;
  /** What a kernel that checks itself has on top. */
  readonly debugConfig: string;
  /** How the QEMU of L1 is configured. */
  readonly qemu: QemuSetup;
  readonly packages: string;
  readonly includeFolder: string;
  /** What tools share: tools.mk, which their Makefiles include, and C code. */
  readonly libraryFolder: string;
  readonly moduleFolders: readonly string[];
  readonly images: Readonly<Record<GuestName, ImageDefinition>>;
};

/** Reads guest-images/ of the repository. A new module or tool is a new folder there. */
export async function readGuestImages(repository: string): Promise<GuestImages> {
  const folder = path.join(repository, 'guest-images');
  const modules = await Promise.all([
    folders(path.join(folder, 'l1/modules')),
    folders(path.join(folder, 'l2/modules')),
  ]);
  return {
    folder,
    kernelConfig: path.join(folder, 'linux.config'),
    debugConfig: path.join(folder, 'debug.config'),
    qemu: {configure: path.join(folder, 'qemu-configure.txt'), devices: path.join(folder, 'qemu-devices.mak')},
    packages: path.join(folder, 'builder/packages.txt'),
    includeFolder: path.join(folder, 'include'),
    libraryFolder: path.join(folder, 'lib'),
    moduleFolders: modules.flat(),
    images: {l1: await readImage(path.join(folder, 'l1')), l2: await readImage(path.join(folder, 'l2'))},
  };
}

async function readImage(folder: string): Promise<ImageDefinition> {
  const file = path.join(folder, 'image.yaml');
  const hint = 'The fields are binaries and files.';
  const yaml = await readYaml(file, hint).catch(cause => {
    throw cause.code === 'ENOENT' ? new UserError(`${shown(file)} is missing`, {hint, cause}) : cause;
  });
  const parsed = imageSchema.safeParse(yaml.value, {reportInput: true});
  if (!parsed.success) {
    const complaints = toComplaints(parsed.error, Object.keys(imageSchema.shape));
    throw new UserError(complaints.map(one => atPlace(one, yaml.locate(one))).join('\n'), {hint});
  }
  return {...parsed.data, folder, tools: await folders(path.join(folder, 'tools'))};
}

async function folders(parent: string): Promise<string[]> {
  const entries = await readdir(parent, {withFileTypes: true}).catch(() => []);
  return entries
    .filter(entry => entry.isDirectory())
    .map(entry => path.join(parent, entry.name))
    .sort();
}
