import test from 'ava';
import {isTrailer, messageOf, parseMail} from '../../posting/mail.ts';
import {makeMail} from '../fakes/mail.ts';

test('a patch is taken apart', t => {
  const mail = parseMail(makeMail());
  t.is(mail.subject, 'vfio/type1: Let a mapping carry a guest physical address');
  t.deepEqual(mail.place, {number: 1, total: 2});
  t.is(mail.headers.get('from')?.value, 'A Hacker <hacker@example.org>');
  t.is(mail.headers.get('subject')?.line, 4);
  t.deepEqual(messageOf(mail), ['It is needed.', '', 'Signed-off-by: A Hacker <hacker@example.org>']);
  t.is(mail.lines[mail.diff], 'diff --git a/f.c b/f.c');
});

test('a line of dashes in the diff does not end the message', t => {
  const text = makeMail({diff: 'diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +0,0 @@\n---\n'}).replace(
    '\n---\n f.c',
    '\n f.c',
  );
  t.true(messageOf(parseMail(text)).includes(' f.c | 2 +-'));
});

const place = test.macro((t, tag: string, expected: [number, number] | null) => {
  const read = parseMail(makeMail({subject: `${tag} a: b`})).place;
  t.deepEqual(read && [read.number, read.total], expected);
});

test('a patch of several says which it is', place, '[PATCH 02/11]', [2, 11]);
test('a patch without a number has no place', place, '[PATCH]', null);
test('a version does not count', place, '[PATCH v3 2/7]', [2, 7]);
test('a prefix does not count', place, '[RFC PATCH 2/7]', [2, 7]);
test('a subject without brackets has no place', place, '', null);
test('brackets that name no patch are no place', place, '[RFC]', null);

test('what is missing comes out empty', t => {
  t.like(parseMail('diff --git a/f b/f\n'), {subject: '', tag: '', place: null});
  t.is(parseMail('').diff, 1);
});

test('trailers are told from text', t => {
  t.true(['Signed-off-by: A <a@b>', 'Fixes: 1234567890ab ("x")', 'Cc: a@b'].every(isTrailer));
  t.false(['Note: this is text', 'It is: odd', ''].some(isTrailer));
});
