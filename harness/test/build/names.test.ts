import test from 'ava';
import {emulatorSpec} from '../../build/emulator.ts';
import type {GuestImages} from '../../build/guest-images.ts';
import {readGuestImages} from '../../build/guest-images.ts';
import {imageName} from '../../build/image.ts';
import {type KernelSpec, kernelName, kernelSlot} from '../../build/kernel.ts';
import type {Libraries} from '../../build/libraries.ts';
import type {Patch} from '../../build/patches.ts';
import {type QemuSpec, qemuName, staticQemu} from '../../build/qemu.ts';
import type {QemuSetup} from '../../build/qemu-configuration.ts';
import type {SourceTree} from '../../build/sources.ts';
import type {Toolchain} from '../../build/toolchain.ts';
import {root} from '../repo.ts';

const images = await readGuestImages(root);
const toolchain: Toolchain = {root: '/root', fingerprint: 'f', compiler: 'gcc', ccache: '/ccache'};
const tree = (sha256: string): SourceTree => ({
  project: 'linux',
  folder: '/tree',
  source: {kind: 'package', name: 'n', version: 'v', sha256},
});
const patch = (sha256: string): Patch => ({series: 's', file: 'f', text: '', sha256});
const spec: KernelSpec & QemuSpec = {
  tree: tree('1'),
  patches: [patch('a'), patch('b')],
  extraConfig: [],
  images,
  setup: images.qemu,
  product: staticQemu,
};

const without = (part: Partial<GuestImages>): GuestImages => ({...images, ...part});

const names = test.macro(
  async (
    t,
    same: boolean,
    changes: Partial<KernelSpec & QemuSpec>,
    tools: Partial<Toolchain>,
    ...builds: ('kernel' | 'qemu')[]
  ) => {
    const name = {kernel: kernelName, qemu: qemuName};
    for (const build of builds) {
      const before = await name[build](toolchain, spec);
      t.regex(before, new RegExp(`^${build}-[0-9a-f]{16}$`));
      t.is((await name[build]({...toolchain, ...tools}, {...spec, ...changes})) === before, same, build);
    }
  },
);

test('another source is another build', names, false, {tree: tree('2')}, {}, 'kernel', 'qemu');
test('another patch is another build', names, false, {patches: [patch('a'), patch('c')]}, {}, 'kernel', 'qemu');
test(
  'another order of patches is another build',
  names,
  false,
  {patches: [patch('b'), patch('a')]},
  {},
  'kernel',
  'qemu',
);
test('another toolchain is another build', names, false, {}, {fingerprint: 'g'}, 'kernel', 'qemu');
test('another option is another kernel', names, false, {extraConfig: ['CONFIG_KASAN=y']}, {}, 'kernel');
test('a kernel that checks itself is another kernel', names, false, {debug: true}, {}, 'kernel');
test('an option unset is another kernel', names, false, {extraConfig: ['# CONFIG_KVM is not set']}, {}, 'kernel');
test('other guest modules are another kernel', names, false, {images: without({moduleFolders: []})}, {}, 'kernel');
const otherSetup = (part: Partial<QemuSetup>) => ({setup: {...images.qemu, ...part}});
const libraries = (version: string, folder = '/a'): Libraries => ({folder, packages: {[`lib_${version}.deb`]: 'hash'}});
test('another list of devices is another QEMU', names, false, otherSetup({devices: images.packages}), {}, 'qemu');
test('other options are another QEMU', names, false, otherSetup({configure: images.packages}), {}, 'qemu');
test('with libraries it is another QEMU', names, false, otherSetup({libraries: libraries('1')}), {}, 'qemu');

test('a QEMU with other versions of its libraries is another, wherever these lie', async t => {
  const name = (one: Libraries): Promise<string> => qemuName(toolchain, {...spec, ...otherSetup({libraries: one})});
  t.not(await name(libraries('1')), await name(libraries('2')));
  t.is(await name(libraries('1')), await name(libraries('1', '/b')));
});

test('the emulator is built from its own patches alone, with its own options and devices', async t => {
  const setup = {...images.qemu, libraries: libraries('1')};
  const own = await emulatorSpec(root, tree('1'), setup);
  t.true(own.patches.length > 0);
  t.true(own.patches.every(({series}) => series === 'emulator'));
  t.regex(await qemuName(toolchain, own), /^emulator-[0-9a-f]{16}$/);
});

test(
  'where things lie does not count',
  names,
  true,
  {tree: {...tree('1'), folder: '/elsewhere'}},
  {root: '/other', ccache: '/other'},
  'kernel',
  'qemu',
);

test('another program, file or tool is another image, and each guest has its own', async t => {
  const {l1} = images.images;
  const changes = [
    l1,
    {...l1, binaries: []},
    {...l1, files: []},
    {...l1, tools: []},
    {...l1, folder: images.images.l2.folder},
  ];
  const seen = await Promise.all(
    changes.map(image => imageName(toolchain, without({images: {...images.images, l1: image}}), 'l1')),
  );
  seen.push(await imageName(toolchain, images, 'l2'));
  seen.push(await imageName({...toolchain, fingerprint: 'g'}, images, 'l1'));
  t.is(new Set(seen.slice(0, 5)).size, 5);
  t.false(seen.slice(0, 5).includes(seen.at(-1)!));
  t.regex(seen.at(-2)!, /^image-l2-/);
});

test('kernels of different sources are built in different places', t => {
  const packaged = (name: string): SourceTree => ({
    ...tree('1'),
    source: {kind: 'package', name, version: 'v', sha256: 's'},
  });
  const own = {kind: 'tree', path: '/a', commit: null, dirtySha256: null, contentSha256: 'c'} as const;
  const sources = [packaged('linux-source-6.12'), packaged('linux-source-7.2'), {...tree('1'), source: own}];
  t.deepEqual(
    sources.map(source => kernelSlot(toolchain, source)),
    ['linux-source-6.12-f', 'linux-source-7.2-f', 'linux-f'],
  );
});
