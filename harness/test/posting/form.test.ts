import test from 'ava';
import {checkForm} from '../../posting/form.ts';
import {makeMail} from '../fakes/mail.ts';

const position = {file: '0001-vfio-type1-Let.patch', number: 1, total: 2};

const finds = test.macro((t, text: string, ...expected: [number | null, string][]) => {
  const findings = checkForm(text, position);
  t.deepEqual(
    findings.map(({line, message}) => [line, message]),
    expected,
  );
  t.true(findings.every(({check, isNote}) => check === 'form' && !isNote));
});

const added = (line: string): string =>
  makeMail({diff: `diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n 1\n${line}\n`});

test('a patch that is in order passes', finds, makeMail());
test('a subject that counts otherwise is found', finds, makeMail({subject: '[PATCH 2/3] a: b'}), [
  4,
  'it is patch 1 of 2, and its subject says 2 of 3',
]);
test('a subject without a number passes: the export gives it one', finds, makeMail({subject: '[PATCH] a: b'}));
test('a subject without brackets is found', finds, makeMail({subject: 'a: b'}), [4, 'its subject has no [PATCH n/m]']);
test('a subject that names no part is found', finds, makeMail({subject: '[PATCH 1/2] Fix it'}), [
  4,
  'its subject does not name the part it changes, as in “vfio/type1: …”',
]);
test('a full stop in the subject is found', finds, makeMail({subject: '[PATCH 1/2] a: b.'}), [
  4,
  'its subject ends with a full stop',
]);
test('a long subject is found', finds, makeMail({subject: `[PATCH 1/2] a: ${'b'.repeat(73)}`}), [
  4,
  'its subject has 76 characters, more than 75',
]);
test('a subject of the greatest length passes', finds, makeMail({subject: `[PATCH 1/2] a: ${'b'.repeat(72)}`}));
test('an empty subject is found', finds, makeMail({subject: '[PATCH 1/2]'}), [4, 'it has no subject']);
test(
  'a sender without an address is found',
  finds,
  makeMail({from: 'A Hacker'}),
  [2, 'it has no “From: Name <address>”'],
  [7, 'it has no Signed-off-by of A Hacker'],
);
test('a date that is none is found', finds, makeMail({date: 'yesterday'}), [3, 'it has no date that can be read']);
test(
  'a message of trailers only is found',
  finds,
  makeMail({message: 'Signed-off-by: A Hacker <hacker@example.org>'}),
  [7, 'its message says nothing beside the subject'],
);
test('a missing sign-off is found', finds, makeMail({message: 'It is needed.'}), [
  7,
  'it has no Signed-off-by of A Hacker <hacker@example.org>',
]);
test(
  'the sign-off of somebody else is not that of the author',
  finds,
  makeMail({message: 'It is needed.\n\nSigned-off-by: B <b@example.org>'}),
  [7, 'it has no Signed-off-by of A Hacker <hacker@example.org>'],
);
test('white space at the end of an added line is found', finds, added('+two '), [
  18,
  'a line is added that ends with white space',
]);
test('an added line of nothing but a tab is found', finds, added('+\t'), [
  18,
  'a line is added that ends with white space',
]);
test('a space before a tab is found', finds, added('+ \ttwo'), [
  18,
  'a line is added that is indented with a space before a tab',
]);
test('white space in a line that stays, or goes, passes', finds, added('-two '));
test('the line ends of another system are found', finds, added('+two\r'), [18, 'the line ends with a carriage return']);
test('a file without an end is found', finds, added('+two\n\\ No newline at end of file'), [
  18,
  'a file is left without an end of its last line',
]);
test('a patch that was cut off is found', finds, makeMail().trimEnd(), [21, 'its last line has no end']);
test('a patch without a diff is found', finds, makeMail({diff: ''}), [null, 'it has no diff']);

test('a file with another number is found', t => {
  const findings = checkForm(makeMail({subject: '[PATCH 2/2] a: b'}), {...position, number: 2});
  t.deepEqual(
    findings.map(({message}) => message),
    ['it is patch 2 of 2, and its file is not called 0002-….patch'],
  );
});
