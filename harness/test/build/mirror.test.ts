import test from 'ava';
import {UserError} from '../../base/errors.ts';
import {chooseMirror, findMirror} from '../../build/mirror.ts';

const targets = [
  'http://deb.example/debian/ bookworm',
  'http://deb.example/debian/ bookworm-updates',
  'http://deb.example/debian-security/ bookworm-security',
];

test('the mirror is the one of the machine’s own release', t => {
  t.deepEqual(chooseMirror(`${targets.join('\n')}\n`, 'bookworm'), {
    main: 'http://deb.example/debian/',
    security: 'http://deb.example/debian-security/',
  });
});

test('a machine without security updates has no security mirror', t => {
  t.deepEqual(chooseMirror(targets[0]!, 'bookworm'), {main: 'http://deb.example/debian/', security: null});
});

test('another vendor’s archive under the same release name is not taken', t => {
  const more = [...targets, 'https://vendor.example/linux/debian bookworm'].join('\n');
  t.is(chooseMirror(more, 'bookworm').main, 'http://deb.example/debian/');
});

const refuses = test.macro((t, lines: string, release: string) => {
  const error = t.throws(() => chooseMirror(lines, release), {instanceOf: UserError}) as UserError;
  t.regex(error.hint, /HARNESS_DEBIAN_MIRROR/);
});

test('a machine without a mirror is told what to set', refuses, '', 'bookworm');
test('a machine that is no Debian is told what to set', refuses, targets.join('\n'), '');
test('a machine with other mirrors only is told what to set', refuses, targets[2]!, 'bookworm');

test('the variable comes before all that the machine is configured for', async t => {
  t.deepEqual(await findMirror({HARNESS_DEBIAN_MIRROR: 'http://m/'}), {main: 'http://m/', security: null});
  const both = {HARNESS_DEBIAN_MIRROR: 'http://m/', HARNESS_DEBIAN_SECURITY_MIRROR: 'http://s/'};
  t.deepEqual(await findMirror(both), {main: 'http://m/', security: 'http://s/'});
});
