import test from 'ava';
import {inRoot} from '../../build/root.ts';
import {matchesGolden} from '../golden.ts';

test('a build step sees the build root, its folders below /mnt, and nothing else', async t => {
  const binds = [
    {from: '/home/user/tree', to: '/src'},
    {from: '/home/user/out', to: '/out', writable: true},
  ];
  await matchesGolden(t, 'in-root.txt', `${inRoot('/cache/root', binds, ['make', '-j2', 'a b']).join('\n')}\n`);
});
