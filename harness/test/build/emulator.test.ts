import {chmod, rename, symlink} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {command} from '../../base/command.ts';
import {Scope} from '../../base/scope.ts';
import {launcher, versionOf} from '../../build/emulator.ts';
import {temporaryFolder} from '../folder.ts';

const artifact = {
  'before/qemu-system-x86_64': launcher,
  'before/lib/ld-linux-x86-64.so.2': '#!/bin/sh\nprintf "%s\\n" "$@"\n',
};

test('the launcher runs the QEMU beside it by the loader beside it, wherever it was moved to, and by a link', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, artifact);
  for (const file of Object.keys(artifact)) await chmod(path.join(folder, file), 0o755);
  const moved = path.join(folder, 'moved to');
  await rename(path.join(folder, 'before'), moved);
  const link = path.join(folder, 'link');
  await symlink(path.join(moved, 'qemu-system-x86_64'), link);
  for (const program of [path.join(moved, 'qemu-system-x86_64'), link]) {
    const said = await command('the launcher', [program, '-append', 'a  b', '']);
    const library = ['--library-path', path.join(moved, 'lib'), '--argv0', program];
    t.deepEqual(said.split('\n').slice(0, 8), [
      ...library,
      path.join(moved, 'bin/qemu-system-x86_64'),
      '-append',
      'a  b',
      '',
    ]);
  }
});

test('a result says which QEMU ran L1: its version, its patches, and the artifact', t => {
  const patches = [{file: 'emulator/qemu/0001-svm.patch', sha256: 's'}];
  t.is(
    versionOf({version: '10.0.13', patches}, 'emulator-0123'),
    'QEMU 10.0.13 + emulator/qemu/0001-svm.patch (emulator-0123)',
  );
});
