import {existsSync} from 'node:fs';
import {access, mkdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {UserError} from '../../base/errors.ts';
import {Scope} from '../../base/scope.ts';
import {
  explainOffsets,
  explainRejection,
  type Patch,
  patchOverlay,
  readPatches,
  touchedFiles,
} from '../../build/patches.ts';
import type {SourceTree} from '../../build/sources.ts';
import type {Toolchain} from '../../build/toolchain.ts';
import {sha256} from '../../plan/fingerprint.ts';
import {readSeries} from '../../scenario/series.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

const header = (file: string): string => `diff --git a/${file} b/${file}\nindex 1..2 100644\n`;
const change = `${header('f')}--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n`;
const creation = `${header('new/g')}--- /dev/null\n+++ b/new/g\n@@ -0,0 +1 @@\n+g\n`;
const removal = `${header('h')}--- a/h\n+++ /dev/null\n@@ -1 +0,0 @@\n-h\n`;

const touches = test.macro((t, patch: string, ...files: string[]) => t.deepEqual(touchedFiles(patch), files));

test('a patch touches the file that it changes', touches, change, 'f');
test('a patch touches the file that it makes', touches, creation, 'new/g');
test('a patch touches the file that it removes', touches, removal, 'h');
test('a patch touches all its files, each once', touches, change + removal + change, 'f', 'h');
test('a rename touches both names', touches, 'rename from old name.c\nrename to new.c\n', 'old name.c', 'new.c');
test('a name with spaces ends at the tab', touches, '--- a/a b.c\t2025\n+++ b/a b.c\t2025\n', 'a b.c');
test('a commit message touches nothing', touches, 'From: x\nSubject: y\n\n---\n f | 2 +-\n 1 file changed\n');

const explains = test.macro((t, output: string, reason: string) => t.is(explainRejection(output), reason));

test(
  'a hunk that does not fit is named with its file',
  explains,
  'patching file drivers/vfio/a.c\nHunk #2 FAILED at 40.\n1 out of 2 hunks FAILED -- saving rejects to file a.c.rej\n',
  'drivers/vfio/a.c, hunk 2 at line 40',
);
test(
  'all hunks that do not fit are named',
  explains,
  'patching file a.c\nHunk #1 FAILED at 4.\nHunk #2 succeeded at 9 (offset 2 lines).\npatching file b.c\nHunk #1 FAILED at 7.\n',
  'a.c, hunk 1 at line 4; b.c, hunk 1 at line 7',
);
test(
  'a file that is not there is told by the patch’s line',
  explains,
  "can't find file to patch at input line 4\nPerhaps you used the wrong -p or --strip option?\nThe text leading up to this was:\n--------------------------\n|--- a/gone\n--------------------------\nNo file to patch.  Skipping patch.\n1 out of 1 hunk ignored\n",
  'a file it changes is not in the tree (line 4 of the patch)',
);
test(
  'a change that is in the tree already is told as that',
  explains,
  'patching file f\nReversed (or previously applied) patch detected!  Skipping patch.\n1 out of 1 hunk ignored -- saving rejects to file f.rej\n',
  'f seems to have the change already',
);
test(
  'a file that is to be made, and is there, is named',
  explains,
  'The next patch would create the file f,\nwhich already exists!  Skipping patch.\n1 out of 1 hunk ignored\n',
  'f is in the tree already',
);
test(
  'a file that is to be removed, and is not there, is named',
  explains,
  'The next patch would delete the file gone,\nwhich does not exist!  Skipping patch.\n1 out of 1 hunk ignored\n',
  'gone is not in the tree',
);
test(
  'a malformed patch is told by its line',
  explains,
  'patching file f\npatch: **** malformed patch at line 7: x\n',
  'line 7 of the patch is malformed',
);
test(
  'words that nobody foresaw are handed through',
  explains,
  'patch: **** Only garbage was found in the patch input.\n',
  'patch: **** Only garbage was found in the patch input.',
);

test('hunks that were found elsewhere are told with their distance', t => {
  const output =
    'patching file a.c\nHunk #1 succeeded at 9 (offset 2 lines).\nHunk #2 succeeded at 20.\npatching file b.c\nHunk #3 succeeded at 4 (offset -1 line).\n';
  t.deepEqual(explainOffsets(output), ['a.c, hunk 1: 2 lines further down', 'b.c, hunk 3: 1 line further up']);
  t.deepEqual(explainOffsets('patching file a.c\n'), []);
});

test('a series’ patches come in the order of its stack, with their hashes', async t => {
  const patches = await readPatches(await readSeries(root, 'gpa-map'), 'linux');
  const names = patches.map(patch => `${patch.series}/${path.basename(patch.file)}`);
  t.is(names[0]?.slice(0, 12), 'common/0001-');
  t.is(names.at(-1)?.slice(0, 9), 'gpa-map/0');
  t.true(patches.every(patch => patch.sha256 === sha256(patch.text) && touchedFiles(patch.text).length > 0));
});

/** This machine's own root stands in for the build root: a patch needs no more of it than patch(1). */
const withTools = ['patch', 'bwrap'].every(program => existsSync(`/usr/bin/${program}`)) ? test : test.skip;

async function makeTree(scope: Scope) {
  const folder = await temporaryFolder(scope, {
    'tree/f': '1\n2\n3\n',
    'tree/h': 'h\n',
    'tree/other': '',
    'ccache/.keep': '',
  });
  const source = {kind: 'package', name: 'linux-source-6.12', version: '6.12.1-1', sha256: ''} as const;
  const tree: SourceTree = {project: 'linux', folder: path.join(folder, 'tree'), source};
  const toolchain: Toolchain = {root: '/', fingerprint: '', compiler: '', ccache: path.join(folder, 'ccache')};
  const overlay = path.join(folder, 'overlay');
  await mkdir(overlay);
  return {tree, toolchain, overlay};
}

function patch(file: string, text: string): Patch {
  return {series: 'gpa-map', file, text, sha256: sha256(text)};
}

withTools('patches are applied one on the other, to copies of the files that they touch', async t => {
  await using scope = new Scope();
  const {tree, toolchain, overlay} = await makeTree(scope);
  const again = change.replaceAll('two', 'TWO').replace('-2', '-two');
  const patches = [patch('1', change), patch('2', creation + removal), patch('3', again)];
  t.deepEqual(await patchOverlay(toolchain, tree, patches, overlay), ['f', 'h', 'new/g']);
  t.is(await readFile(path.join(overlay, 'f'), 'utf8'), '1\nTWO\n3\n');
  t.is(await readFile(path.join(overlay, 'new/g'), 'utf8'), 'g\n');
  await t.throwsAsync(access(path.join(overlay, 'h')), {code: 'ENOENT'});
  t.is(await readFile(path.join(tree.folder, 'f'), 'utf8'), '1\n2\n3\n');
});

withTools(
  'a patch that does not apply is an error with series, patch, file and hunk; the tree stays as it is',
  async t => {
    await using scope = new Scope();
    const {tree, toolchain, overlay} = await makeTree(scope);
    const patches = [
      patch('0001-fits.patch', change),
      patch('0002-does-not.patch', change.replace('-2\n+two', '-zwei\n+deux')),
    ];
    const error = await t.throwsAsync(patchOverlay(toolchain, tree, patches, overlay), {instanceOf: UserError});
    t.is(error?.message, 'series gpa-map: 0002-does-not.patch does not apply: f, hunk 1 at line 1');
    t.regex((error as UserError).hint, /^The base is linux-source-6\.12 6\.12\.1-1\./);
    t.is(await readFile(path.join(tree.folder, 'f'), 'utf8'), '1\n2\n3\n');
  },
);

withTools('a patch that would need fuzz does not apply', async t => {
  await using scope = new Scope();
  const {tree, toolchain, overlay} = await makeTree(scope);
  const fuzzy = patch('0001-fuzzy.patch', change.replace(' 3\n', ' drei\n'));
  await t.throwsAsync(patchOverlay(toolchain, tree, [fuzzy], overlay), {message: /f, hunk 1 at line 1$/});
});
