import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {contentOf, forgetPackages, knownPackage, versionOf} from '../../build/sources.ts';
import type {Store} from '../../build/store.ts';
import {temporaryFolder} from '../folder.ts';

const version = test.macro((t, file: string, expected: string) => {
  t.is(versionOf(file), expected);
});

test('the version of a package stands in its name', version, 'linux-source-6.12_6.12.57-1_all.deb', '6.12.57-1');
test('an epoch in the name is decoded', version, 'qemu_1%3a10.0.2+ds-2_all.deb', '1:10.0.2+ds-2');
test('the version of a source package is that of its .dsc', version, 'qemu_10.0.2+ds-2.dsc', '10.0.2+ds-2');

test('a tree is named by what stands in it, not by where it lies', t => {
  const tree = {kind: 'tree', commit: null, dirtySha256: null, contentSha256: 'c'} as const;
  t.is(contentOf({project: 'linux', folder: '/a', source: {...tree, path: '/a'}}), 'c');
  const source = {kind: 'package', name: 'n', version: 'v', sha256: 's'} as const;
  t.is(contentOf({project: 'linux', folder: '/a', source}), 's');
});

test('a fetched package is found again until it is forgotten or gone', async t => {
  await using scope = new Scope();
  const source = {kind: 'package', name: 'qemu', version: '1', sha256: 's'};
  const folder = await temporaryFolder(scope, {
    'sources/qemu': 'source-qemu-s',
    'sources/linux': 'source-linux-gone',
    'sources/linux-7.2': 'source-linux-n',
    'store/source-linux-n/meta.json': JSON.stringify({...source, name: 'linux-source-7.2'}),
    'store/source-qemu-s/meta.json': JSON.stringify(source),
  });
  const store: Store = {root: folder, emit: () => {}, signal: new AbortController().signal};
  t.like(await knownPackage(store, 'qemu'), {folder: `${folder}/store/source-qemu-s/tree`, source});
  t.is(await knownPackage(store, 'linux'), undefined);
  t.is((await knownPackage(store, 'linux', '7.2'))?.folder, `${folder}/store/source-linux-n/tree`);
  await forgetPackages(store);
  t.is(await knownPackage(store, 'qemu'), undefined);
  t.is(await knownPackage(store, 'linux', '7.2'), undefined);
});
