import test from 'ava';
import {inRoot} from '../../build/root.ts';
import {matchesGolden} from '../golden.ts';

test('a build step sees the build root and its folders below /mnt; one that fetches, the network too', async t => {
  const binds = [
    {from: '/home/user/tree', to: '/src'},
    {from: '/home/user/out', to: '/out', writable: true},
  ];
  const env = {MAKEFLAGS: '-k', LOCALVERSION: '-mine', http_proxy: 'http://proxy.example/'};
  const fetching = inRoot('/cache/root', binds, ['apt-get', 'update'], env);
  const building = inRoot('/cache/root', binds, ['make', '-j2', 'a b']);
  await matchesGolden(t, 'in-root.txt', `${building.join('\n')}\n`);
  await matchesGolden(t, 'in-root-online.txt', `${fetching.join('\n')}\n`);
});
