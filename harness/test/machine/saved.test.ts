import {mkdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {execa} from 'execa';
import {Deadline} from '../../base/deadline.ts';
import {Scope} from '../../base/scope.ts';
import type {Machine} from '../../machine/boot.ts';
import {Qmp} from '../../machine/qmp.ts';
import {loadState, saveState} from '../../machine/saved.ts';
import {commandKind, eventKind} from '../../machine/sealed/frames.ts';
import {Mailbox} from '../../machine/sealed/mailbox.ts';
import {MailboxFile} from '../../machine/sealed/mailbox-file.ts';
import {SealedGuest} from '../../machine/sealed/sealed-guest.ts';
import {VirtualClock} from '../../machine/sealed/virtual-clock.ts';
import {connection} from '../fakes/connection.ts';
import {PlayedL1} from '../fakes/played-l1.ts';
import {type QmpPeer, serveQmp} from '../fakes/qmp-peer.ts';
import {temporaryFolder} from '../folder.ts';

/** A sealed L1 that is played, with all that the harness has of it. */
async function open(scope: Scope) {
  const file = path.join(await temporaryFolder(scope, {}), 'mailbox');
  const mailboxFile = new MailboxFile(file);
  const l1 = new PlayedL1(file);
  scope.defer('the played L1', () => l1.close());
  const guest = new SealedGuest('l1', command => mailbox.send(command));
  const mailbox = scope.use('mailbox', new Mailbox(mailboxFile, await l1.qmp, new VirtualClock(), guest));
  return {l1, guest, mailbox, mailboxFile};
}

/** Ends with `over`, or with `held` where that takes a while: a machine that is busy enough makes all calls seem held. */
function fateOf(call: Promise<unknown>): Promise<string> {
  const pause = new Promise<string>(resolve => setTimeout(resolve, 50, 'held'));
  return Promise.race([call.then(() => 'over'), pause]);
}

test('the call that is held is the first in which nothing happens, and nothing is lost before', async t => {
  await using scope = new Scope();
  const {l1, guest, mailbox, mailboxFile} = await open(scope);
  const program = await guest.start(['qemu']);
  const heard: string[] = [];
  program.stdout.on('data', (chunk: Buffer) => heard.push(chunk.toString()));
  const held = mailbox.holdCall();
  const {id, kind} = (await l1.call(1)).commands[0]!;
  t.is(kind, commandKind.start);
  await l1.call(2, [{kind: eventKind.output, id, bytes: Buffer.from('hello')}]);
  t.is(await fateOf(l1.call(3)), 'held');
  t.is(await held, 3_000_000n);
  t.deepEqual(heard, ['hello']);
  t.deepEqual(mailboxFile.readCall(), {number: 3n, nowNs: 3_000_000n, events: []}, 'who comes later finds the call');
});

test('programs that run in a saved L1 are known by what they were, and no number is given twice', async t => {
  await using scope = new Scope();
  const before = await open(scope);
  const started = [await before.guest.start(['source']), await before.guest.start(['short'])];
  started.push(await before.guest.start(['target']));
  const endpoint = await before.guest.newEndpoint();
  const ids = (await before.l1.call(1)).commands.map(({id}) => id);
  await before.l1.call(2, [{kind: eventKind.exited, id: ids[1]!, bytes: Buffer.from('exit code 0')}]);

  const {l1, guest} = await open(scope);
  const [source, target, ...more] = guest.takeOver(before.guest.saved);
  t.deepEqual(more, []);
  const heard: string[] = [];
  target!.stdout.on('data', (chunk: Buffer) => heard.push(chunk.toString()));
  source!.kill();
  await guest.start(['another']);
  const {commands} = await l1.call(1);
  t.deepEqual(
    commands.map(({kind, id}) => [kind, ids.indexOf(id)]),
    [
      [commandKind.kill, 0],
      [commandKind.start, -1],
    ],
  );
  await l1.call(2, [{kind: eventKind.output, id: ids[2]!, bytes: Buffer.from('from the target')}]);
  t.deepEqual(heard, ['from the target']);
  t.not(await guest.newEndpoint(), endpoint);
});

/** A machine whose QEMU says of the migration what is told. */
async function machineThat(scope: Scope, says: (peer: QmpPeer, command: string) => void) {
  const [mine, theirs] = connection();
  const asked: unknown[] = [];
  serveQmp(theirs, (command, args, peer) => {
    asked.push({command, ...args});
    if (command.startsWith('migrate') && !command.startsWith('migrate-set')) says(peer, command);
    return {};
  });
  using limit = new Deadline('the monitor', 5000);
  const qmp = scope.use('the monitor', await Qmp.attach('l1', mine, () => {}, limit));
  return {asked, machine: {spec: {name: 'l1'}, qmp} as Machine};
}

const becomes = (status: string) => (peer: QmpPeer) => {
  for (const one of ['setup', 'active', status]) peer.event('MIGRATION', {status: one});
};

const {signal} = new AbortController();

/** Waits until a command came, and gives what it was to write to or to read from. */
async function uriOf(asked: readonly unknown[], command: string): Promise<string> {
  for (;;) {
    const found = (asked as {command: string; uri?: string}[]).find(one => one.command === command);
    if (found) return found.uri!;
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** Runs what QEMU would write the state to or read it from, and gives what it prints. It need not read its input. */
async function runUri(uri: string, input = ''): Promise<string> {
  return (await execa('sh', ['-c', uri.replace('exec:', '')], {input})).stdout;
}

test('a machine is saved into a file and loaded from one, whatever its name', async t => {
  await using scope = new Scope();
  const state = path.join(await temporaryFolder(scope, {}), "it's a state");
  const {asked, machine} = await machineThat(scope, becomes('completed'));
  const saved = saveState(machine, state, signal);
  t.is(await fateOf(saved), 'held', 'the last bytes may still be on their way');
  await runUri(await uriOf(asked, 'migrate'), 'memory and devices');
  await saved;
  t.is(await readFile(state, 'utf8'), 'memory and devices');
  await loadState(machine, state, signal);
  t.is(await runUri(await uriOf(asked, 'migrate-incoming')), 'memory and devices');
});

test('a state that cannot be written is an error, though QEMU has written it all into a pipe', async t => {
  await using scope = new Scope();
  const state = path.join(await temporaryFolder(scope, {}), 'state');
  await mkdir(`${state}.part`); // As a full disk does, it takes no bytes.
  const {asked, machine} = await machineThat(scope, becomes('completed'));
  const saved = saveState(machine, state, signal);
  t.is(await fateOf(saved), 'held');
  await runUri(await uriOf(asked, 'migrate'), 'memory');
  await t.throwsAsync(saved, {message: `l1: saving ${state} failed: the disk may be full`});
});

test('an interrupt ends the wait for a machine that loads one', async t => {
  await using scope = new Scope();
  const {machine, asked} = await machineThat(scope, () => {});
  const interrupt = new AbortController();
  const loaded = loadState(machine, '/state', interrupt.signal);
  await uriOf(asked, 'migrate-incoming');
  interrupt.abort(new Error('interrupted'));
  await t.throwsAsync(loaded, {message: /interrupted/});
});

test('an interrupt ends the wait for a state', async t => {
  await using scope = new Scope();
  const state = path.join(await temporaryFolder(scope, {}), 'state');
  const {machine} = await machineThat(scope, becomes('completed'));
  const interrupt = new AbortController();
  const saved = saveState(machine, state, interrupt.signal);
  t.is(await fateOf(saved), 'held');
  interrupt.abort(new Error('interrupted'));
  await t.throwsAsync(saved, {message: 'interrupted'});
});

test('a state that cannot be read is an error', async t => {
  await using scope = new Scope();
  const {machine} = await machineThat(scope, becomes('failed'));
  await t.throwsAsync(loadState(machine, '/state', signal), {message: 'l1: loading /state failed'});
});

test('so is a machine that may not be saved, in QEMU’s own words', async t => {
  await using scope = new Scope();
  const {machine} = await machineThat(scope, () => {
    throw new Error('Migration is disabled');
  });
  await t.throwsAsync(saveState(machine, '/state', signal), {message: /l1: migrate: Migration is disabled/});
});
