import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {UserError} from '../../base/errors.ts';
import {assertOptions, fragment, parseOptions, unmetOptions} from '../../build/kernel-config.ts';
import {root} from '../repo.ts';

const config = 'CONFIG_KVM=y\nCONFIG_VFIO=m\n# CONFIG_BLOCK is not set\nCONFIG_NR_CPUS=64\n';

test('options are read, comments passed over, and a later line wins', t => {
  const text = `# a comment\n\n${config}CONFIG_KVM=m\n`;
  const expected = {KVM: 'm', VFIO: 'm', BLOCK: 'n', NR_CPUS: '64'};
  t.deepEqual(Object.fromEntries(parseOptions(text)), expected);
  t.is(fragment(parseOptions('CONFIG_B=y\n# CONFIG_A is not set\n')), 'CONFIG_B=y\nCONFIG_A=n\n');
});

test('an option that a series unsets overrides the common one', t => {
  t.is(parseOptions('CONFIG_KASAN=y\n# CONFIG_KASAN is not set\n').get('KASAN'), 'n');
});

const unmet = test.macro((t, requested: string, ...sentences: string[]) => {
  t.deepEqual(unmetOptions(parseOptions(requested), config), sentences);
});

test('options that are met are no news', unmet, 'CONFIG_KVM=y\nCONFIG_NR_CPUS=64\n');
test('an option left out of the file is met by n', unmet, 'CONFIG_IPV6=n\nCONFIG_BLOCK=n\n');
test('an option that was dropped is told', unmet, 'CONFIG_IPV6=y\n', 'CONFIG_IPV6: asked for y, got n');
test('an option that became a module is told', unmet, 'CONFIG_VFIO=y\n', 'CONFIG_VFIO: asked for y, got m');
test('an option that came uncalled is told', unmet, 'CONFIG_KVM=n\n', 'CONFIG_KVM: asked for n, got y');

test('all unmet options are told at once', t => {
  const requested = parseOptions('CONFIG_A=y\nCONFIG_B=m\n');
  const error = t.throws(() => assertOptions(requested, config), {instanceOf: UserError});
  t.true(error?.message.endsWith('CONFIG_A: asked for y, got n\n  CONFIG_B: asked for m, got n'));
  t.notThrows(() => assertOptions(parseOptions('CONFIG_KVM=y\n'), config));
});

test('the repository’s own configuration says everything once', async t => {
  const text = await readFile(path.join(root, 'guest-images/linux.config'), 'utf8');
  const names = [...text.matchAll(/^(?:# )?CONFIG_(\w+)/gm)].map(match => match[1]);
  t.true(names.length > 50);
  t.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});
