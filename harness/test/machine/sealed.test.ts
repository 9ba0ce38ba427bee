import path from 'node:path';
import test from 'ava';
import {onClock} from '../../base/clock.ts';
import {Deadline, pause, TimedOut} from '../../base/deadline.ts';
import {Scope} from '../../base/scope.ts';
import {
  commandKind,
  countFitting,
  decodeFrames,
  encodeFrames,
  eventKind,
  type Frame,
} from '../../machine/sealed/frames.ts';
import {Hung, Mailbox} from '../../machine/sealed/mailbox.ts';
import {MailboxFile} from '../../machine/sealed/mailbox-file.ts';
import {SealedGuest} from '../../machine/sealed/sealed-guest.ts';
import {VirtualClock} from '../../machine/sealed/virtual-clock.ts';
import {PlayedL1} from '../fakes/played-l1.ts';
import {temporaryFolder} from '../folder.ts';

/** A sealed L1 that is played, and what the harness has of it. */
async function open(scope: Scope, silenceMs?: number) {
  const file = path.join(await temporaryFolder(scope, {}), 'mailbox');
  const clock = new VirtualClock();
  const mailboxFile = new MailboxFile(file);
  const l1 = new PlayedL1(file);
  scope.defer('the played L1', () => l1.close());
  const guest = new SealedGuest('l1', command => mailbox.send(command));
  const mailbox = scope.use('mailbox', new Mailbox(mailboxFile, await l1.qmp, clock, guest, silenceMs));
  return {l1, guest, clock};
}

const told = (kind: number, id: number, text = ''): Frame => ({kind, id, bytes: Buffer.from(text)});
const words = ({bytes}: Frame): string => bytes.toString().replaceAll('\0', ' ').trim();

test('a program in a sealed L1 gets its input, says what it says, and ends', async t => {
  await using scope = new Scope();
  const {l1, guest} = await open(scope);
  const output = guest.run('asking', 'echo hello');
  const {commands} = await l1.call(1);
  t.deepEqual(
    commands.map(({kind}) => kind),
    [commandKind.start, commandKind.endInput],
  );
  t.is(words(commands[0]!), 'sh -ec echo hello');
  const {id} = commands[0]!;
  await l1.call(2, [told(eventKind.output, id, 'hel'), told(eventKind.errors, id, 'hm')]);
  await l1.call(3, [told(eventKind.output, id, 'lo\n'), told(eventKind.exited, id, 'exit code 0')]);
  t.is(await output, 'hello\n');
});

test('a program that fails is told with what it said', async t => {
  await using scope = new Scope();
  const {l1, guest} = await open(scope);
  const output = guest.run('asking', 'false');
  const {id} = (await l1.call(1)).commands[0]!;
  const failed = t.throwsAsync(output, {message: 'l1: asking: exit code 1: no'});
  await l1.call(2, [told(eventKind.errors, id, 'no'), told(eventKind.exited, id, 'exit code 1')]);
  await failed;
});

test('what comes of a call is done before L1 goes on, however many steps it takes', async t => {
  await using scope = new Scope();
  const {l1, guest} = await open(scope);
  const first = await guest.start(['first']);
  void (async () => {
    await first.exited;
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate).then(() => guest.start([`turn-${turn}`]));
  })();
  const {id} = (await l1.call(1)).commands[0]!;
  const {commands} = await l1.call(2, [told(eventKind.exited, id, 'exit code 0')]);
  t.deepEqual(commands.map(words), ['turn-0', 'turn-1', 'turn-2', 'turn-3', 'turn-4']);
});

test('a connection is opened, carries bytes both ways, and is closed by either side', async t => {
  await using scope = new Scope();
  const {l1, guest} = await open(scope);
  const opening = guest.connect('tcp:127.0.0.1:4001');
  const {id, bytes} = (await l1.call(1)).commands[0]!;
  t.is(bytes.toString(), '127.0.0.1:4001');
  const [, stream] = await Promise.all([l1.call(2, [told(eventKind.connected, id)]), opening]);
  const heard: string[] = [];
  stream.on('data', (chunk: Buffer) => heard.push(chunk.toString()));
  const ended = new Promise(resolve => stream.once('end', resolve));
  stream.write('question');
  t.is(words((await l1.call(3)).commands[0]!), 'question');
  await l1.call(4, [told(eventKind.output, id, 'answer'), told(eventKind.closed, id)]);
  await ended;
  t.deepEqual(heard, ['answer']);
});

test('a connection that is refused is told', async t => {
  await using scope = new Scope();
  const {l1, guest} = await open(scope);
  const refused = t.throwsAsync(guest.connect('tcp:127.0.0.1:4001'), {message: 'Connection refused'});
  const {id} = (await l1.call(1)).commands[0]!;
  await l1.call(2, [told(eventKind.closed, id, 'Connection refused')]);
  await refused;
});

test('time passes when L1 says so, and L1 is told when it is wanted', async t => {
  await using scope = new Scope();
  const {l1, clock} = await open(scope);
  const {signal} = new AbortController();
  let isOver = false;
  await l1.call(5);
  const paused = onClock(clock, async () => {
    await pause(1000, signal);
    isOver = true;
  });
  t.is((await l1.call(500)).wakeNs, 1_005_000_000n);
  t.false(isOver);
  t.is((await l1.call(1005)).wakeNs, 0n);
  await paused;
});

test('a deadline passes by the clock of L1', async t => {
  await using scope = new Scope();
  const {l1, clock} = await open(scope);
  await l1.call(0);
  const late = onClock(clock, async () => {
    using limit = new Deadline('a word', 2000);
    await limit.race(new Promise(() => {}));
  });
  const failed = t.throwsAsync(late, {instanceOf: TimedOut, message: 'a word: no answer within 2.0 s'});
  await l1.call(1999);
  await l1.call(2000);
  await failed;
});

test('what does not fit into one answer comes in the next', async t => {
  await using scope = new Scope();
  const {l1, guest} = await open(scope);
  const program = await guest.start(['cat']);
  for (const letter of ['a', 'b', 'c']) program.stdin.write(Buffer.alloc(2 ** 21, letter));
  const answers = [await l1.call(1), await l1.call(2), await l1.call(3)];
  const letters = answers.map(({commands}) => commands.map(({bytes}) => String.fromCharCode(bytes[0]!)).join(''));
  t.deepEqual(letters, ['ca', 'b', 'c']);
  t.deepEqual(
    answers.map(({wakeNs}) => wakeNs),
    [1_000_000n, 2_000_000n, 0n],
  );
});

test('an L1 that calls no more is given up, and all that runs in it', async t => {
  await using scope = new Scope();
  const {l1, guest} = await open(scope, 100);
  const program = await guest.start(['sleep']);
  await l1.call(1);
  await t.throwsAsync(guest.gone, {instanceOf: Hung, message: 'L1 hangs: L1: its next call: no answer within 0.1 s'});
  t.regex(await program.exited, /^connection lost: L1 hangs/);
  await t.throwsAsync(guest.connect('tcp:127.0.0.1:4001'), {instanceOf: Hung});
});

test('an L1 that speaks another mailbox is not listened to', async t => {
  await using scope = new Scope();
  const {l1, guest} = await open(scope);
  void l1.call(1, [], {magic: 0x12345678});
  await t.throwsAsync(guest.gone, {message: /^L1 speaks another mailbox: 78563412/});
});

test('nor is one that speaks another version of it', async t => {
  await using scope = new Scope();
  const {l1, guest} = await open(scope);
  void l1.call(1, [], {version: 2});
  await t.throwsAsync(guest.gone, {message: /^L1 speaks another mailbox: 4d4c425802000000/});
});

test('a call that L1 is in before anybody answers is answered', async t => {
  await using scope = new Scope();
  const file = path.join(await temporaryFolder(scope, {}), 'mailbox');
  const mailboxFile = new MailboxFile(file);
  const l1 = new PlayedL1(file);
  const call = l1.call(1);
  const guest = new SealedGuest('l1', () => {});
  scope.use('mailbox', new Mailbox(mailboxFile, await l1.qmp, new VirtualClock(), guest));
  t.deepEqual((await call).commands, []);
});

test('an L1 that somebody else stopped goes on, and is not heard twice', async t => {
  await using scope = new Scope();
  const {l1, guest} = await open(scope);
  const program = await guest.start(['echo']);
  const heard: string[] = [];
  program.stdout.on('data', (chunk: Buffer) => heard.push(chunk.toString()));
  const {id} = (await l1.call(1)).commands[0]!;
  await l1.call(2, [told(eventKind.output, id, 'once')]);
  await l1.stop();
  await l1.call(3);
  t.deepEqual(heard, ['once']);
});

test('a command that L1 has no room for is an error', async t => {
  await using scope = new Scope();
  const {l1, guest} = await open(scope);
  const program = await guest.start(['cat']);
  await l1.call(1);
  program.stdin.write(Buffer.alloc(2 ** 22));
  void l1.call(2);
  await t.throwsAsync(guest.gone, {message: 'a command of 4194304 bytes is too long for L1'});
});

test('a program is killed, and a connection closed, in L1', async t => {
  await using scope = new Scope();
  const {l1, guest} = await open(scope);
  const program = await guest.start(['sleep']);
  const opening = guest.forward('192.168.77.2', 22);
  const id = (await l1.call(1)).commands[1]!.id;
  await l1.call(2, [told(eventKind.connected, id)]);
  program.kill();
  (await opening).destroy();
  const {commands} = await l1.call(3);
  t.deepEqual(
    commands.map(({kind}) => kind),
    [commandKind.kill, commandKind.close],
  );
});

test('an open connection fails when L1 is given up; one that was closed before is left alone', async t => {
  await using scope = new Scope();
  const {l1, guest} = await open(scope, 100);
  const opening = [guest.forward('127.0.0.1', 1), guest.forward('127.0.0.1', 2)];
  const [first, second] = (await l1.call(1)).commands.map(({id}) => id);
  await l1.call(2, [told(eventKind.connected, first!), told(eventKind.connected, second!)]);
  const [stays, closes] = await Promise.all(opening);
  const errors: string[] = [];
  stays!.on('error', () => errors.push('stays'));
  closes!.on('error', () => errors.push('closes'));
  await l1.call(3, [told(eventKind.closed, second!)]);
  await t.throwsAsync(guest.gone, {instanceOf: Hung});
  await new Promise(setImmediate);
  t.deepEqual(errors, ['stays']);
});

test('the last words of a program are heard, however late somebody listens', async t => {
  await using scope = new Scope();
  const {l1, guest} = await open(scope);
  const program = await guest.start(['cat']);
  const {id} = (await l1.call(1)).commands[0]!;
  const heard: number[] = [];
  const ended = program.exited.then(() => heard.reduce((sum, bytes) => sum + bytes, 0));
  const words = Array.from({length: 4}, () => told(eventKind.output, id, 'x'.repeat(65_536)));
  program.stdout.on('data', (chunk: Buffer) => heard.push(chunk.length));
  await l1.call(2, [...words, told(eventKind.exited, id, 'exit code 0')]);
  t.is(await ended, 4 * 65_536);
});

test('timers run in the order of their times, unless one that ran before took them back', t => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  const takeBack = clock.after(30, () => ran.push('taken back'));
  clock.after(20, () => {
    ran.push('second');
    takeBack();
  });
  clock.after(10, () => ran.push('first'));
  t.is(clock.nextNs, 10_000_000n);
  clock.advance(50_000_000n);
  t.deepEqual(ran, ['first', 'second']);
  t.is(clock.nextNs, undefined);
});

test('frames come out as they went in, and one that is cut off is noticed', t => {
  const frames = [told(1, 7, 'one'), told(2, 8), told(3, 9, 'three')];
  const bytes = encodeFrames(frames);
  t.deepEqual(decodeFrames(bytes), frames);
  t.throws(() => decodeFrames(bytes.subarray(0, -1)), {
    message: /^the mailbox holds 43 bytes, and a frame that ends at 44$/,
  });
  t.throws(() => decodeFrames(bytes.subarray(0, 20)), {message: /^the mailbox holds 20 bytes/});
  t.deepEqual(
    [43, 44].map(room => countFitting(frames, room)),
    [2, 3],
  );
});
