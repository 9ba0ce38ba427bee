import test from 'ava';
import {describeLine, makeReporter} from '../../build/make-progress.ts';

const describes = test.macro((t, line: string, expected: string | undefined) => t.is(describeLine(line), expected));

test('kbuild compiles a file', describes, '  CC      drivers/vfio/vfio.o', 'drivers/vfio/vfio.o');
test('kbuild compiles a module', describes, '  CC [M]  drivers/vfio/vfio.o', 'drivers/vfio/vfio.o');
test('kbuild links a module', describes, '  LD [M]  drivers/vfio/vfio.ko', 'drivers/vfio/vfio.ko');
test('kbuild packs an archive', describes, '  AR      built-in.a', 'built-in.a');
test('kbuild builds the image', describes, '  BUILD   arch/x86/boot/bzImage', 'arch/x86/boot/bzImage');
test('ninja compiles a file', describes, '[3/90] Compiling C object a.o', '[3/90] Compiling C object a.o');
test('a warning is not progress', describes, 'a.c:3:1: warning: unused', undefined);
test('a folder is not progress', describes, "make[1]: Entering directory '/mnt/build'", undefined);

test('a long line is cut', t => t.true(describeLine(`[1/2] ${'x'.repeat(200)}`)!.length < 100));

test('a build does not say every line', t => {
  const said: unknown[] = [];
  const report = makeReporter(event => said.push(event), 'build x');
  for (let line = 0; line < 1000; line += 1) report(`[${line}/1000] x`);
  t.deepEqual(said, []);
});
