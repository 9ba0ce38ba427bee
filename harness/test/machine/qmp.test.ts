import test from 'ava';
import {Deadline} from '../../base/deadline.ts';
import type {Event} from '../../base/events.ts';
import {Scope} from '../../base/scope.ts';
import {Qmp} from '../../machine/qmp.ts';
import {connection} from '../fakes/connection.ts';
import {type Answer, agree, serveQmp, silence} from '../fakes/qmp-peer.ts';

async function attach(scope: Scope, answer: Answer) {
  const [mine, theirs] = connection();
  const events: Event[] = [];
  const limit = new Deadline('the monitor', 30_000);
  scope.defer('end the deadline', () => limit[Symbol.dispose]());
  const peer = serveQmp(theirs, answer);
  const qmp = scope.use('the monitor', await Qmp.attach('l1', mine, event => events.push(event), limit));
  return {qmp, peer, events, limit, hangUp: () => theirs.destroy()};
}

test('a monitor is greeted before it takes commands, and all that is said is kept', async t => {
  await using scope = new Scope();
  const {qmp, peer, events} = await attach(scope, (command, args) => ({command, args}));
  t.deepEqual(await qmp.execute('query-status', {deep: true}), {command: 'query-status', args: {deep: true}});
  t.deepEqual(peer.commands, ['qmp_capabilities', 'query-status']);
  const said = events.map(event => event.kind === 'qmp' && [event.direction, Object.keys(event.message as object)[0]]);
  t.deepEqual(said, [
    ['received', 'QMP'],
    ['sent', 'execute'],
    ['received', 'return'],
    ['sent', 'execute'],
    ['received', 'return'],
  ]);
});

test('answers find their questions, in whatever order they come', async t => {
  await using scope = new Scope();
  const waits: Record<string, number> = {slow: 60, fast: 0};
  const {qmp} = await attach(scope, async command => {
    await new Promise(resolve => setTimeout(resolve, waits[command]));
    return command;
  });
  const order: unknown[] = [];
  await Promise.all(['slow', 'fast'].map(async command => order.push(await qmp.execute(command))));
  t.deepEqual(order, ['fast', 'slow']);
});

test('an error has QEMU’s own words, and costs the other commands nothing', async t => {
  await using scope = new Scope();
  const {qmp} = await attach(scope, command => {
    if (command === 'migrate') throw new Error('VFIO device does not support migration');
    return 1;
  });
  const failing = qmp.execute('migrate');
  const passing = qmp.execute('query-status');
  await t.throwsAsync(failing, {message: 'l1: migrate: VFIO device does not support migration'});
  t.is(await passing, 1);
});

test('an event is seen that comes before the answer of the command that causes it', async t => {
  await using scope = new Scope();
  const {qmp, limit} = await attach(scope, (_command, _args, peer) => {
    peer.event('MIGRATION', {status: 'setup'});
    peer.event('MIGRATION', {status: 'completed'});
    return {};
  });
  const end = qmp.waitFor(({event, data}) => event === 'MIGRATION' && data?.['status'] === 'completed', limit);
  await qmp.execute('migrate');
  t.deepEqual((await end).data, {status: 'completed'});
});

test('an event wakes all that wait for it, and none that came later', async t => {
  await using scope = new Scope();
  const {qmp, peer, limit} = await attach(scope, agree);
  const waiting = [qmp.waitFor(() => true, limit), qmp.waitFor(() => true, limit)];
  peer.event('STOP');
  t.deepEqual(
    (await Promise.all(waiting)).map(({event}) => event),
    ['STOP', 'STOP'],
  );
  using short = new Deadline('another event', 50);
  await t.throwsAsync(
    qmp.waitFor(() => true, short),
    {message: /^another event: no answer/},
  );
});

test('when the connection is lost, whoever waits learns it, and whoever asks later too', async t => {
  await using scope = new Scope();
  const {qmp, limit, hangUp} = await attach(scope, () => silence);
  const waiting = [qmp.execute('one'), qmp.execute('two'), qmp.waitFor(() => true, limit)];
  hangUp();
  for (const work of waiting)
    await t.throwsAsync(work, {message: "l1: the monitor's connection was lost: it was closed"});
  await t.throwsAsync(qmp.execute('three'), {message: /connection was lost/});
});

test('a command that is never answered is given up', async t => {
  await using scope = new Scope();
  const {qmp} = await attach(scope, () => silence);
  await t.throwsAsync(qmp.execute('query-status', {}, 50), {message: /^l1: query-status: no answer within/});
});

const garbage = test.macro(async (t, line: string) => {
  await using scope = new Scope();
  const {qmp, peer} = await attach(scope, () => silence);
  const waiting = qmp.execute('query-status');
  peer.say(line);
  await t.throwsAsync(waiting, {message: `l1: the monitor's connection was lost: not a message: ${line}`});
});

test('a line that is no JSON ends the connection', garbage, 'Segmentation fault');
test('a line that is no message ends the connection', garbage, 'null');

test('a peer that is no monitor is refused', async t => {
  const [mine, theirs] = connection();
  using limit = new Deadline('the monitor', 30_000);
  theirs.write('SSH-2.0-dropbear\r\n');
  await t.throwsAsync(
    Qmp.attach('l1', mine, () => {}, limit),
    {message: /not a message: SSH-2\.0-dropbear/},
  );
});

test('a peer that says nothing is given up in time, and left', async t => {
  const [mine, theirs] = connection();
  using limit = new Deadline('the monitor', 50);
  await t.throwsAsync(
    Qmp.attach('l1', mine, () => {}, limit),
    {message: /^the monitor: no answer/},
  );
  await new Promise(resolve => theirs.on('close', resolve));
  t.pass();
});

test('a reply to nobody’s question is passed over', async t => {
  await using scope = new Scope();
  const {qmp, peer} = await attach(scope, () => 5);
  peer.say('{"return": {}, "id": 99}');
  peer.say('{"return": {}}');
  t.is(await qmp.execute('query-status'), 5);
});
