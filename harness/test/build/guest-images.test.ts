import {access, stat} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {readGuestImages} from '../../build/guest-images.ts';
import {complaintOf} from '../complaint.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

const good = {'guest-images/l1/image.yaml': 'binaries: [/bin/a]\n', 'guest-images/l2/image.yaml': 'binaries: []\n'};

test('the repository’s guest images are complete', async t => {
  const {images, moduleFolders, includeFolder, qemu, ...files} = await readGuestImages(root);
  for (const file of [...Object.values(files), qemu.configure, qemu.devices]) await t.notThrowsAsync(access(file));
  t.true((await stat(includeFolder)).isDirectory());
  const inImages = (folder: string): string => path.relative(path.join(root, 'guest-images'), folder);
  t.deepEqual(moduleFolders.map(inImages), ['l1/modules/vdmae-mdev', 'l2/modules/vdmae']);
  t.true(images.l2.tools.map(inImages).includes('l2/tools/iova-churn'));
  t.true(images.l1.binaries.includes('/usr/sbin/dropbear'));
});

test('every folder of tools and of modules counts, and files beside them do not', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {
    ...good,
    'guest-images/l1/tools/b/Makefile': '',
    'guest-images/l1/tools/a/Makefile': '',
    'guest-images/l1/tools/README': '',
    'guest-images/l2/modules/m/Kbuild': '',
  });
  const {images, moduleFolders} = await readGuestImages(folder);
  t.deepEqual(
    images.l1.tools.map(tool => path.basename(tool)),
    ['a', 'b'],
  );
  t.deepEqual(moduleFolders, [path.join(folder, 'guest-images/l2/modules/m')]);
  t.deepEqual(images.l1.files, []);
  t.deepEqual(images.l2.tools, []);
});

const refuses = test.macro(async (t, yaml: string, message: string | RegExp) => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {...good, 'guest-images/l1/image.yaml': yaml});
  const complaint = (await complaintOf(t, readGuestImages(folder), folder)).message;
  if (typeof message === 'string') t.is(complaint, message);
  else t.regex(complaint, message);
});

test(
  'an unknown field is refused',
  refuses,
  'binaries: []\nfile: []\n',
  'guest-images/l1/image.yaml:2:1 file: unknown field; did you mean files?',
);
test('a wrong type is refused', refuses, 'binaries: /bin/a\n', /^guest-images\/l1\/image\.yaml:1:11 binaries: /);
test('an empty file is refused', refuses, '', 'guest-images/l1/image.yaml:1:1 the file is empty');
test('broken YAML is refused', refuses, 'binaries: [\n', /^guest-images\/l1\/image\.yaml:\d+:\d+ /);

test('an image without image.yaml is refused', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'guest-images/l1/image.yaml': 'binaries: []\n'});
  const {message} = await complaintOf(t, readGuestImages(folder), folder);
  t.is(message, 'guest-images/l2/image.yaml is missing');
});
