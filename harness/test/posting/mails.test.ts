import {existsSync} from 'node:fs';
import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {execa} from 'execa';
import {Scope} from '../../base/scope.ts';
import {parseMail} from '../../posting/mail.ts';
import {coverMail, type Envelope, renumber} from '../../posting/mails.ts';
import {makeMail} from '../fakes/mail.ts';
import {temporaryFolder} from '../folder.ts';
import {matchesGolden} from '../golden.ts';

const plain: Envelope = {prefix: 'PATCH', to: [], cc: []};
const addressed: Envelope = {
  prefix: 'RFC PATCH v2',
  to: ['kvm@example.org'],
  cc: ['A <a@example.org>', 'B <b@example.org>'],
};

test('a patch gets its number, whatever it had', t => {
  const mail = parseMail(renumber(makeMail({subject: '[PATCH] a: b'}), 2, 7, plain));
  t.deepEqual(mail.place, {number: 2, total: 7});
  t.is(mail.subject, 'a: b');
});

test('numbers are as wide as the last', t => {
  t.is(parseMail(renumber(makeMail(), 2, 11, plain)).tag, '[PATCH 02/11]');
});

test('a patch alone has no number', t => {
  t.is(parseMail(renumber(makeMail(), 1, 1, plain)).tag, '[PATCH]');
});

test('nothing changes but the subject', t => {
  const text = makeMail({subject: '[PATCH 1/2] a: b'});
  t.is(renumber(text, 1, 2, plain), text);
});

test('a long subject is folded between words, and is the same when read', t => {
  const subject = `vfio/type1: ${'word '.repeat(20).trim()}`;
  const text = renumber(makeMail({subject: `[PATCH] ${subject}`}), 1, 3, plain);
  t.true(text.split('\n').every(line => line.length <= 76));
  t.is(parseMail(text).subject, subject);
});

test('recipients and a prefix go into the headers', t => {
  const mail = parseMail(renumber(makeMail(), 1, 2, addressed));
  t.is(mail.tag, '[RFC PATCH v2 1/2]');
  t.is(mail.headers.get('to')?.value, 'kvm@example.org');
  t.is(mail.headers.get('cc')?.value, 'A <a@example.org>, B <b@example.org>');
});

const cover = {title: 'vfio: Two things', text: 'It is needed.\n\nlost 0×'};
const closing = {stat: ' f.c | 4 ++--\n 1 file changed, 2 insertions(+), 2 deletions(-)\n', base: ['Base: linux 6.12']};
const second = makeMail({
  date: 'Sun, 22 Nov 2026 19:40:00 +0000',
  subject: '[PATCH 2/2] vfio: Go on',
  diff: 'diff --git a/f.c b/f.c\n--- a/f.c\n+++ b/f.c\n@@ -1,3 +1,3 @@\n 1\n-two\n+TWO\n 3\n',
});

test('the letter has a number, the text, a list of the patches, what they change, and their base', t =>
  matchesGolden(t, 'cover-letter.txt', coverMail(cover, [makeMail(), second], closing, addressed)));

const withGit = existsSync('/usr/bin/git') ? test : test.skip;

withGit('git takes the mails: the letter as a mail, the patches as commits', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'tree/f.c': '1\n2\n3\n'});
  const env = {GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null'};
  const git = async (argv: readonly string[], input = ''): Promise<string> => {
    const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.org'];
    return (await execa('git', [...identity, ...argv], {cwd: path.join(folder, 'tree'), env, input})).stdout;
  };
  await git(['init', '--quiet']);
  await git(['add', '--all']);
  await git(['commit', '--quiet', '--message', 'base']);
  const patches = [makeMail(), second].map((text, index) => renumber(text, index + 1, 2, addressed));
  const files = patches.map((_, index) => path.join(folder, `000${index + 1}-x.patch`));
  for (const [index, file] of files.entries()) await writeFile(file, patches[index]!);
  await git(['am', '--quiet', ...files]);
  t.is(await readFile(path.join(folder, 'tree/f.c'), 'utf8'), '1\nTWO\n3\n');
  t.is(
    await git(['log', '--reverse', '--format=%an %s', 'HEAD~2..']),
    'A Hacker vfio/type1: Let a mapping carry a guest physical address\nA Hacker vfio: Go on',
  );
  const letter = coverMail(cover, patches, closing, addressed);
  t.is(
    (await git(['mailinfo', '/dev/null', '/dev/null'], letter)).trim(),
    'Author: A Hacker\nEmail: hacker@example.org\nSubject: vfio: Two things\nDate: Sun, 22 Nov 2026 19:40:00 +0000',
  );
});
