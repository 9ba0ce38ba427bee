import path from 'node:path';
import test from 'ava';
import {readGuestImages} from '../../build/guest-images.ts';
import {armKernelSpec} from '../../experiment/artifacts.ts';
import {readSeries} from '../../scenario/series.ts';
import {root} from '../repo.ts';

const tree = {
  project: 'linux',
  folder: '/tree',
  source: {kind: 'package', name: 'n', version: 'v', sha256: '1'},
} as const;

async function specOf(debugKernel: boolean) {
  return armKernelSpec(root, tree, await readSeries(root, 'gpa-map'), await readGuestImages(root), debugKernel);
}

test('a kernel that checks itself has all the patches of the series, and those of debug/ on top', async t => {
  const plain = await specOf(false);
  const debug = await specOf(true);
  const files = debug.patches.map(({file}) => file);
  t.deepEqual(
    files.slice(0, plain.patches.length),
    plain.patches.map(({file}) => file),
  );
  const own = files.slice(plain.patches.length);
  t.true(own.length > 0);
  t.true(own.every(file => file.startsWith(path.join(root, 'kernel-patches/debug/linux/'))));
  t.true(debug.debug);
});
