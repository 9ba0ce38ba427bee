import test from 'ava';
import {UserError} from '../../base/errors.ts';
import {requireQemu} from '../../build/host-packages.ts';

const words = (version: string): string => `QEMU emulator version ${version} (Debian 1:x)\nCopyright`;

test('a QEMU of Debian 12 or newer runs L1', t => {
  for (const version of ['7.2.22', '8.0.0', '10.0.13']) t.notThrows(() => requireQemu(words(version)));
});

test('an older QEMU is refused with its version, and so is what is no QEMU', t => {
  for (const version of [words('7.1.9'), words('5.2.0'), 'sh: what?']) {
    const error = t.throws(() => requireQemu(version), {instanceOf: UserError});
    t.is(error?.message, `qemu-system-x86_64 is too old: ${version.split('\n')[0]}`);
  }
});
