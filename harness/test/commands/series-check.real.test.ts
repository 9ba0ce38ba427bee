import {symlink} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {seriesCheckCommand} from '../../commands/series-check.ts';
import type {CheckedSeries} from '../../report/series-check.ts';
import {defaultBase} from '../../scenario/kernel-base.ts';
import {makeMail} from '../fakes/mail.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

/** A patch that adds a source to QEMU, which the build takes in. */
function adds(number: number, file: string, source: string): string {
  const make = `diff --git a/hw/vfio/${file} b/hw/vfio/${file}\nnew file mode 100644\n--- /dev/null\n+++ b/hw/vfio/${file}\n`;
  const lines = source.split('\n');
  const diff = `${make}@@ -0,0 +1,${lines.length} @@\n${lines.map(line => `+${line}\n`).join('')}`;
  return makeMail({subject: `[PATCH ${number}/4] hw/vfio: Add ${file}`, diff});
}

const license = '/* SPDX-License-Identifier: GPL-2.0-or-later */';
const uses = `diff --git a/hw/vfio/helpers.c b/hw/vfio/helpers.c
--- a/hw/vfio/helpers.c
+++ b/hw/vfio/helpers.c
@@ -20,6 +20,7 @@
  */
 
 #include "qemu/osdep.h"
+#include "broken.h"
 #include <sys/ioctl.h>
 
 #include "hw/vfio/vfio-common.h"
`;
const misfits = `diff --git a/hw/vfio/helpers.c b/hw/vfio/helpers.c
--- a/hw/vfio/helpers.c
+++ b/hw/vfio/helpers.c
@@ -1,2 +1,2 @@
-No such line
+Another
 /*
`;

test('a patch in bad style, one that does not compile and one that does not apply are found, each with its place', async t => {
  await using scope = new Scope();
  const repository = await temporaryFolder(scope, {
    'kernel-patches/broken/series.yaml': 'title: Broken on purpose\n',
    'kernel-patches/broken/qemu/0001-style.patch': adds(
      1,
      'style.h',
      `${license}\nstatic inline int f(int x){return x;}`,
    ),
    'kernel-patches/broken/qemu/0002-compile.patch': makeMail({
      subject: '[PATCH 2/4] hw/vfio: Use broken.h',
      diff: uses,
    }),
    'kernel-patches/broken/qemu/0003-apply.patch': makeMail({subject: '[PATCH 3/4] hw/vfio: Misfit', diff: misfits}),
    'kernel-patches/broken/qemu/0004-last.patch': adds(4, 'last.h', license),
  });
  await symlink(path.join(root, 'guest-images'), path.join(repository, 'guest-images'));
  await symlink(path.join(root, 'kernel-patches/common'), path.join(repository, 'kernel-patches/common'));
  let output = '';
  const out = (text: string): void => {
    output += text;
  };
  const context = {repository, out, emit: () => {}, signal: new AbortController().signal};
  t.is(await seriesCheckCommand(['broken'], {base: defaultBase, json: true}, context), 1);
  const {series} = JSON.parse(output) as {series: CheckedSeries[]};
  const [style, compile, apply, last] = series[0]!.patches;
  t.true(
    style!.findings.some(
      ({check, line, message}) => check === 'checkpatch' && line !== null && message.startsWith('ERROR: '),
    ),
  );
  t.false(style!.findings.some(({check}) => check === 'compiles'));
  t.deepEqual(
    compile!.findings.map(({check, message}) => [check, message]),
    [['compiles', 'hw/vfio/helpers.c:23:10: error: broken.h: No such file or directory']],
  );
  t.regex(apply!.findings.at(-1)!.message, /^does not apply: hw\/vfio\/helpers\.c, hunk 1 at line 1/);
  t.is(last!.untriedAfter, '0003-apply.patch');
});
