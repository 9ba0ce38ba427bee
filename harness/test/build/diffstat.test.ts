import {existsSync} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {diffstat} from '../../build/diffstat.ts';
import type {Patch} from '../../build/patches.ts';
import type {SourceTree} from '../../build/sources.ts';
import type {Toolchain} from '../../build/toolchain.ts';
import {temporaryFolder} from '../folder.ts';

const withTools = ['patch', 'bwrap', 'git'].every(program => existsSync(`/usr/bin/${program}`)) ? test : test.skip;

const patch = (text: string): Patch => ({series: 's', file: 'f', text, sha256: ''});
const change = (from: string, to: string): Patch =>
  patch(`--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n 1\n-${from}\n+${to}\n 3\n`);
const creation = patch('diff --git a/d/g b/d/g\nnew file mode 100644\n--- /dev/null\n+++ b/d/g\n@@ -0,0 +1 @@\n+g\n');

withTools('what the patches change is told as a whole, without what goes below', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'tree/f': '1\n2\n3\n', 'ccache/.keep': ''});
  const tree: SourceTree = {
    project: 'linux',
    folder: path.join(folder, 'tree'),
    source: {kind: 'package', name: 'n', version: 'v', sha256: ''},
  };
  const toolchain: Toolchain = {root: '/', fingerprint: '', compiler: '', ccache: path.join(folder, 'ccache')};
  const store = {root: folder, emit: () => {}, signal: new AbortController().signal};
  const own = [change('two', 'TWO'), change('TWO', '2!'), creation];
  t.deepEqual((await diffstat(store, toolchain, tree, [change('2', 'two')], own)).split('\n').slice(0, 4), [
    ' d/g | 1 +',
    ' f   | 2 +-',
    ' 2 files changed, 2 insertions(+), 1 deletion(-)',
    ' create mode 100644 d/g',
  ]);
});
