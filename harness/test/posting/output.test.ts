import test from 'ava';
import {readCheckpatch} from '../../posting/checkpatch.ts';
import {readDiagnostics} from '../../posting/compiler.ts';

test('what the checkpatch of Linux finds has a line, a weight and a type', t => {
  const output =
    '-:47: CHECK:PARENTHESIS_ALIGNMENT: Alignment should match open parenthesis\n-:60: ERROR:SPACING: space required\n';
  t.deepEqual(readCheckpatch(output), [
    {
      check: 'checkpatch',
      isNote: false,
      line: 47,
      message: 'CHECK:PARENTHESIS_ALIGNMENT: Alignment should match open parenthesis',
    },
    {check: 'checkpatch', isNote: false, line: 60, message: 'ERROR:SPACING: space required'},
  ]);
});

test('what the checkpatch of QEMU finds is read alike, and 0 is no line', t => {
  const output = 'total: 1 errors\n-:0: ERROR: Missing Signed-off-by: line(s)\n';
  t.deepEqual(readCheckpatch(output), [
    {check: 'checkpatch', isNote: false, line: null, message: 'ERROR: Missing Signed-off-by: line(s)'},
  ]);
});

const asks = test.macro((t, line: string) => t.true(readCheckpatch(line)[0]?.isNote));

test(
  'what Linux asks of every new file is a note',
  asks,
  '-:30: WARNING:FILE_PATH_CHANGES: added, moved or deleted file(s), does MAINTAINERS need updating?',
);
test(
  'what QEMU asks of every header from Linux is a note',
  asks,
  '-:27: WARNING: added, moved or deleted file(s) imported from Linux, are you using scripts/update-linux-headers.sh?',
);

test('silence finds nothing', t => t.deepEqual(readCheckpatch('\n'), []));

const diagnoses = test.macro((t, line: string, kind: string, file: string | null, text: string) =>
  t.deepEqual(readDiagnostics(line) as unknown, [{kind, file, text}]),
);

test(
  'an error of the compiler under kbuild names the file in the tree',
  diagnoses,
  "/mnt/src/drivers/vfio/a.c:12:9: error: implicit declaration of function 'f'",
  'error',
  'drivers/vfio/a.c',
  "drivers/vfio/a.c:12:9: error: implicit declaration of function 'f'",
);
test(
  'a warning under ninja names the file in the tree',
  diagnoses,
  '../src/hw/vfio/b.c:3:1: warning: unused variable',
  'warning',
  'hw/vfio/b.c',
  'hw/vfio/b.c:3:1: warning: unused variable',
);
test(
  'a missing header is an error',
  diagnoses,
  '../../x.c:1:10: fatal error: y.h: No such file',
  'error',
  'x.c',
  'x.c:1:10: error: y.h: No such file',
);
test(
  'a symbol that no object has is an error of no file',
  diagnoses,
  '../src/hw/vfio/b.c:3:(.text+0x1): undefined reference to `g’',
  'error',
  null,
  'hw/vfio/b.c:3:(.text+0x1): undefined reference to `g’',
);
test(
  'a symbol that is not exported is an error',
  diagnoses,
  'ERROR: modpost: "f" [drivers/vfio/a.ko] undefined!',
  'error',
  null,
  'ERROR: modpost: "f" [drivers/vfio/a.ko] undefined!',
);

test('a complaint that comes again is told once', t => {
  t.is(readDiagnostics('a.h:1:1: error: x\n  CC b.o\na.h:1:1: error: x\n').length, 1);
});

test('progress is no complaint', t => t.deepEqual(readDiagnostics('[1/2] Compiling a.c\n  CC      error.o\n'), []));
