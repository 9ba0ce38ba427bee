import test from 'ava';
import {readKtap} from '../../experiment/ktap.ts';

const output = `KTAP version 1
1..4
ok 1 iova: map
not ok 2 iova: unmap
# answers -22, expected 0
# and more
ok 3 gpa: map # SKIP the kernel does not offer it
ok 4 gpa: skipped # not at all
# Totals: pass:2 fail:1 skip:1
`;

test('tests are counted, and failures say what they found', t => {
  t.deepEqual(readKtap('uapi', output), {
    passed: 2,
    failed: 1,
    skipped: 1,
    failures: [{number: 2, name: 'uapi: iova: unmap', detail: 'answers -22, expected 0'}],
  });
});

test('a second program adds to what the first one said', t => {
  const both = readKtap('old', output, readKtap('uapi', output));
  t.is(both.passed, 4);
  t.deepEqual(
    both.failures.map(({name}) => name),
    ['uapi: iova: unmap', 'old: iova: unmap'],
  );
});

const refuses = test.macro((t, text: string, message: string) => {
  t.is(t.throws(() => readKtap('uapi', text))?.message, message);
});

test(
  'a program that ended early',
  refuses,
  '1..2\nok 1 a\nBail out! no memory\n',
  'uapi came to 1 of 2 tests: Bail out! no memory',
);
test('a program that said nothing', refuses, '', 'uapi came to 0 of 0 tests: ');
