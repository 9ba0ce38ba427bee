import test from 'ava';
import {inRoot} from '../../build/root.ts';
import {matchesGolden} from '../golden.ts';

test('a build step sees the build root, its folders below /mnt, the proxy, and nothing else', async t => {
  const binds = [
    {from: '/home/user/tree', to: '/src'},
    {from: '/home/user/out', to: '/out', writable: true},
  ];
  const env = {MAKEFLAGS: '-k', LOCALVERSION: '-mine', http_proxy: 'http://proxy.example/'};
  await matchesGolden(t, 'in-root.txt', `${inRoot('/cache/root', binds, ['make', '-j2', 'a b'], env).join('\n')}\n`);
});
