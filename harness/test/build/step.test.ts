import test from 'ava';
import {UserError} from '../../base/errors.ts';
import {explainCompilation} from '../../build/step.ts';

const explains = test.macro((t, exitCode: number, all: string, ...messages: string[]) => {
  const findings = explainCompilation({exitCode, all, stdout: all}, ['drivers/vfio/a.c'], '/log');
  t.deepEqual(
    findings.map(({message}) => message),
    messages,
  );
  t.true(findings.every(({check, isNote}) => check === 'compiles' && !isNote));
});

const error = 'drivers/vfio/b.c:1:1: error: no';

test('a compilation that works finds nothing', explains, 0, '  CC a.o\n');
test('an error counts in whichever file', explains, 2, `${error}\nmake: *** [a.o] Error 1\n`, error);
test(
  'a warning counts in a file that the patch touches, and only there',
  explains,
  0,
  'drivers/vfio/a.c:1:1: warning: unused\ndrivers/other.c:1:1: warning: old\n',
  'drivers/vfio/a.c:1:1: warning: unused',
);
test(
  'a failure without words of the compiler is told by its last lines',
  explains,
  2,
  '1\n2\n3\n4\n5\n6\n',
  '2\n3\n4\n5\n6',
);
test(
  'a failure with only a warning is told by its last lines too',
  explains,
  2,
  'drivers/vfio/a.c:1:1: warning: unused\nboom\n',
  'drivers/vfio/a.c:1:1: warning: unused',
  'drivers/vfio/a.c:1:1: warning: unused\nboom',
);

test('a machine that is at its end is no finding', t => {
  const full = {exitCode: 2, all: 'fatal error: error writing to /tmp/x.s: No space left on device\n', stdout: ''};
  t.throws(() => explainCompilation(full, [], '/log'), {
    instanceOf: UserError,
    message: /^the machine cannot compile: /,
  });
});
