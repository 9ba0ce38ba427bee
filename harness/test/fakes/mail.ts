/** The parts of a patch that tests change. */
type Parts = {
  readonly from: string;
  readonly date: string;
  readonly subject: string;
  readonly message: string;
  readonly diff: string;
};

const whole: Parts = {
  from: 'A Hacker <hacker@example.org>',
  date: 'Sun, 22 Nov 2026 19:30:05 +0000',
  subject: '[PATCH 1/2] vfio/type1: Let a mapping carry\n a guest physical address',
  message: 'It is needed.\n\nSigned-off-by: A Hacker <hacker@example.org>',
  diff: 'diff --git a/f.c b/f.c\nindex 1..2 100644\n--- a/f.c\n+++ b/f.c\n@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n',
};

/** A patch as git format-patch writes it, changed as told. */
export function makeMail(changes: Partial<Parts> = {}): string {
  const {from, date, subject, message, diff} = {...whole, ...changes};
  const headers = `From: ${from}\nDate: ${date}\nSubject: ${subject}\n`;
  return `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001\n${headers}\n${message}\n---\n f.c | 2 +-\n\n${diff}`;
}
