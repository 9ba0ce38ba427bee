import path from 'node:path';
import test from 'ava';
import {execa} from 'execa';
import {Scope} from '../../base/scope.ts';
import {inFolder} from '../cli.ts';
import {makeResult} from '../fakes/result.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

test('a truncated result is refused with its place', async t => {
  const files = {'cut.json': '{"run": "x'};
  const {exitCode, stderr} = await inFolder(t, files, ['compare', 'cut.json', 'cut.json']);
  t.is(exitCode, 2);
  t.regex(stderr, /^error: cut\.json:1:11 the file is cut off here/);
});

test('results that do not compare end with 3, and with 0 by force', async t => {
  const files = {
    'kvm.json': JSON.stringify(makeResult({accelerator: 'kvm'})),
    'tcg.json': JSON.stringify(makeResult()),
  };
  const refused = await inFolder(t, files, ['compare', 'kvm.json', 'tcg.json']);
  t.is(refused.exitCode, 3);
  t.regex(refused.stdout, /^Not comparable:/);
  t.is((await inFolder(t, files, ['compare', '--force', 'kvm.json', 'tcg.json'])).exitCode, 0);
});

test('a full disk is told to the user, and a reader that has seen enough is no error', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'a.json': JSON.stringify(makeResult())});
  const compare = `'${process.execPath}' '${path.join(root, 'harness/dist/main.js')}' compare a.json a.json`;
  const shell = (line: string) => execa('bash', ['-c', line], {cwd: folder, reject: false});
  const full = await shell(`${compare} > /dev/full`);
  t.regex(full.stderr, /^error: ENOSPC: no space left on device[^\n]*\nFree some space/);
  t.is(full.exitCode, 2);
  const read = await shell(`set -o pipefail; ${compare} | true`);
  t.is(read.stderr, '');
  t.is(read.exitCode, 0);
});

test('help is no error', async t => {
  const {exitCode, stdout} = await inFolder(t, {}, ['scenario', '--help']);
  t.is(exitCode, 0);
  t.regex(stdout, /--dry-run/);
});

test('the documents can be checked from anywhere', async t => {
  const {exitCode, stdout} = await inFolder(t, {}, ['docs', '--check']);
  t.is(exitCode, stdout === '' ? 0 : 1);
});
