import test from 'ava';
import {Deadline} from '../../base/deadline.ts';
import {Scope} from '../../base/scope.ts';
import {prepareMigration} from '../../experiment/manner.ts';
import {keepRunning, Migrating, MigrationFailed, readMigration, resumption} from '../../experiment/migrate.ts';
import type {Machine} from '../../machine/boot.ts';
import {Qmp} from '../../machine/qmp.ts';
import {connection} from '../fakes/connection.ts';
import {type Answer, type QmpPeer, serveQmp} from '../fakes/qmp-peer.ts';
import {iovaChurn} from '../fakes/scenario.ts';

const completed = {
  status: 'completed',
  'total-time': 2400,
  'setup-time': 12,
  downtime: 250,
  ram: {transferred: 1000, 'dirty-sync-count': 4, remaining: 0},
  vfio: {transferred: 64},
};

test('the figures of query-migrate get their units', t => {
  t.deepEqual(readMigration(completed), {
    status: 'completed',
    totalMs: 2400,
    setupMs: 12,
    downtimeMs: 250,
    syncs: 4,
    ramBytes: 1000,
    vfioBytes: 64,
    raw: completed,
  });
});

test('what QEMU does not say is null', t => {
  const raw = {status: 'failed'};
  const none = {totalMs: null, setupMs: null, downtimeMs: null, syncs: null, ramBytes: null, vfioBytes: null};
  t.deepEqual(readMigration(raw), {status: 'failed', ...none, raw});
});

async function pair(scope: Scope, onSource: Answer, onTarget: Answer) {
  const peers: QmpPeer[] = [];
  const limit = new Deadline('the migration', 30_000);
  scope.defer('end the deadline', () => limit[Symbol.dispose]());
  const attach = async (name: string, answer: Answer): Promise<Machine> => {
    const [mine, theirs] = connection();
    peers.push(serveQmp(theirs, answer));
    return {qmp: scope.use(name, await Qmp.attach(name, mine, () => {}, limit))} as unknown as Machine;
  };
  const [source, target] = [await attach('source', onSource), await attach('target', onTarget)];
  return {source, target, limit, from: peers[0]!, to: peers[1]!};
}

/** Migrates from one to the other, to the end. */
async function migrate(source: Machine, target: Machine, limit: Deadline) {
  return (await Migrating.start(source, target, limit)).completed();
}

test('both sides are told how to migrate, and the destination listens', async t => {
  await using scope = new Scope();
  const told: unknown[] = [];
  const record: Answer = (command, args) => {
    told.push([command, args]);
    return {};
  };
  const {source, target, from, to} = await pair(scope, record, record);
  const overrides = ['bandwidthMiBps=2', 'downtimeLimitMs=30', 'switchoverMiBps=3'];
  await prepareMigration(source, target, await iovaChurn(...overrides));
  t.deepEqual(from.commands, ['qmp_capabilities', 'migrate-set-capabilities', 'migrate-set-parameters']);
  t.deepEqual(to.commands, ['qmp_capabilities', 'migrate-set-capabilities', 'migrate-incoming']);
  const parameters = {'max-bandwidth': 2_097_152, 'downtime-limit': 30, 'avail-switchover-bandwidth': 3_145_728};
  t.deepEqual(told[2], ['migrate-set-parameters', parameters]);
});

test('a migration that is held may take a byte for its switch-over, and pauses before', async t => {
  await using scope = new Scope();
  const told: Record<string, unknown>[] = [];
  const record: Answer = (_, args) => {
    told.push({...args});
    return {};
  };
  const {source, target} = await pair(scope, record, () => ({}));
  await prepareMigration(source, target, await iovaChurn(), {held: true, pausing: true});
  t.deepEqual(told[0]?.['capabilities'], [
    {capability: 'events', state: true},
    {capability: 'pause-before-switchover', state: true},
  ]);
  t.like(told[1], {'downtime-limit': 1, 'avail-switchover-bandwidth': 1000});
});

test('a guest that QEMU lets run again after a failed migration is left alone', async t => {
  await using scope = new Scope();
  const answers = ['finish-migrate'];
  const {source, limit, from} = await pair(
    scope,
    () => ({status: answers.pop()}),
    () => ({}),
  );
  const resumed = resumption(source.qmp, limit);
  const kept = keepRunning(source, resumed);
  from.event('RESUME');
  t.is(await kept, undefined);
  t.deepEqual(from.commands, ['qmp_capabilities', 'query-status']);
});

test('a guest that QEMU leaves stopped is told to go on, and that is said', async t => {
  await using scope = new Scope();
  const {source, from} = await pair(
    scope,
    () => ({status: 'paused'}),
    () => ({}),
  );
  t.is(await keepRunning(source, new Promise(() => {})), 'paused');
  t.deepEqual(from.commands, ['qmp_capabilities', 'query-status', 'cont']);
});

/** A source that ends its migration in some way, and a destination that hears of it later. */
async function carryOut(scope: Scope, end: Readonly<Record<string, unknown>>) {
  let tellTarget = (): void => {};
  const machines = await pair(
    scope,
    (command, _args, peer) => {
      if (command === 'query-migrate') return end;
      for (const status of ['setup', 'active', end['status']]) peer.event('MIGRATION', {status});
      setTimeout(() => tellTarget(), 50);
      return {};
    },
    () => ({status: 'completed', side: 'target'}),
  );
  tellTarget = () => machines.to.event('MIGRATION', {status: 'completed'});
  return machines;
}

test('a migration ends when both sides say so, and both are asked then', async t => {
  await using scope = new Scope();
  const {source, target, limit, from, to} = await carryOut(scope, completed);
  const {migration, destination} = await migrate(source, target, limit);
  t.is(migration.totalMs, 2400);
  t.deepEqual(destination, {status: 'completed', side: 'target'});
  t.deepEqual(from.commands, ['qmp_capabilities', 'migrate', 'query-migrate']);
  t.deepEqual(to.commands, ['qmp_capabilities', 'query-migrate']);
});

test('a migration that failed carries what the source said', async t => {
  await using scope = new Scope();
  const {source, target, limit} = await carryOut(scope, {status: 'failed', 'error-desc': 'Unable to write to socket'});
  const work = migrate(source, target, limit);
  const error = (await t.throwsAsync(work, {instanceOf: MigrationFailed})) as MigrationFailed;
  t.is(error.message, 'the migration ended failed: Unable to write to socket');
  t.is(error.migration.status, 'failed');
});

test('a migration that QEMU refuses fails with QEMU’s reason', async t => {
  await using scope = new Scope();
  const refuse: Answer = () => {
    throw new Error('0000:00:02.0: VFIO migration is not supported');
  };
  const {source, target, limit} = await pair(scope, refuse, () => ({}));
  await t.throwsAsync(migrate(source, target, limit), {
    message: 'source: migrate: 0000:00:02.0: VFIO migration is not supported',
  });
});

test('a migration that does not end is given up', async t => {
  await using scope = new Scope();
  const {source, target} = await pair(
    scope,
    () => ({}),
    () => ({}),
  );
  using short = new Deadline('the migration', 60);
  await t.throwsAsync(migrate(source, target, short), {message: /^the migration: no answer/});
});
