import {rm} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {distributionsQemu} from '../../build/emulator.ts';
import {ensureArtifact, exists, type Store, writeMeta} from '../../build/store.ts';
import {savedLabName, startingFromSaved} from '../../experiment/fork.ts';
import {l1Spec} from '../../experiment/machines.ts';
import type {Snapshot} from '../../experiment/snapshot.ts';
import type {TrialPlan} from '../../experiment/trial.ts';
import type {Host} from '../../machine/host.ts';
import {LocalHost} from '../../machine/local-host.ts';
import {trial} from '../fakes/result.ts';
import {iovaChurn} from '../fakes/scenario.ts';
import {temporaryFolder} from '../folder.ts';

async function planOf(changes: Partial<TrialPlan> = {}, ...overrides: readonly string[]): Promise<TrialPlan> {
  const scenario = await iovaChurn(...overrides);
  return {
    index: 0,
    seed: 1,
    scenario,
    l1: l1Spec(scenario, 'tcg', '/kernel/bzImage', '/run/initrd', distributionsQemu, 'virtual'),
    deviceOptions: [],
    login: {privateKey: '', hostKey: ''},
    contents: ['kernel-1', 'qemu-1'],
    runFolder: '/run',
    folder: '/run/trials/upstream-001',
    ...changes,
  };
}

/** How the trials go: what they do at last, and whether one that starts from a saved L1 comes to nothing. */
type Course = {readonly after?: () => Promise<void>; readonly forksFail?: boolean};

/** Runs trials that end at once, one after the other, and gives what each started from and warned of. */
async function runAll(store: Store, host: Host, plans: readonly TrialPlan[], {after, forksFail = false}: Course = {}) {
  const startedFrom: (string | null)[] = [];
  const run = startingFromSaved(store, async plan => {
    const name = plan.saved ? path.basename(plan.saved.folder) : null;
    startedFrom.push(name);
    await after?.();
    return {
      trial: {...trial, startedFrom: forksFail ? null : name, warnings: []},
      trace: undefined,
      lab: undefined,
    };
  });
  const warnings: string[] = [];
  for (const plan of plans) {
    const finished = await run(plan, host, () => {}, new AbortController().signal);
    warnings.push(...finished.trial.warnings);
  }
  return {startedFrom, warnings};
}

async function storeIn(scope: Scope): Promise<Store & {readonly folder: string}> {
  const folder = await temporaryFolder(scope, {});
  const freeBytes = async (): Promise<number> => 2 ** 40;
  return {root: path.join(folder, 'cache'), folder, freeBytes, emit: () => {}, signal: new AbortController().signal};
}

/** A host on which nothing starts. */
class DeadHost extends LocalHost {
  starts = 0;

  override start(): Promise<never> {
    this.starts += 1;
    return Promise.reject(new Error('nothing starts here'));
  }
}

const snapshot: Snapshot = {
  l1: {clock: 'virtual', nowNs: '1', guest: {lastId: 3, lastPort: 4002, programs: [2, 3]}},
  endpoints: {source: 'tcp:127.0.0.1:4001', target: 'tcp:127.0.0.1:4002'},
  login: {privateKey: '', hostKey: ''},
};

test('trials start from the saved L1 that the store has', async t => {
  await using scope = new Scope();
  const store = await storeIn(scope);
  const plan = await planOf();
  await ensureArtifact(store, savedLabName(plan), folder => writeMeta(folder, snapshot));
  const {startedFrom, warnings} = await runAll(store, new DeadHost(store.folder), [plan, plan]);
  t.deepEqual(startedFrom, [savedLabName(plan), savedLabName(plan)]);
  t.deepEqual(warnings, []);
});

test('one that another run took away is made anew', async t => {
  await using scope = new Scope();
  const store = await storeIn(scope);
  const plan = await planOf();
  const folder = await ensureArtifact(store, savedLabName(plan), one => writeMeta(one, snapshot));
  const host = new DeadHost(store.folder);
  const {startedFrom} = await runAll(store, host, [plan, plan], {
    after: () => rm(folder, {recursive: true, force: true}),
  });
  t.deepEqual(startedFrom, [savedLabName(plan), null]);
  t.is(host.starts, 1);
});

test('one from which a trial came to nothing is thrown away, and those after it boot', async t => {
  await using scope = new Scope();
  const store = await storeIn(scope);
  const plan = await planOf();
  const folder = await ensureArtifact(store, savedLabName(plan), one => writeMeta(one, snapshot));
  const host = new DeadHost(store.folder);
  const {startedFrom, warnings} = await runAll(store, host, [plan, plan], {forksFail: true});
  t.deepEqual(startedFrom, [savedLabName(plan), null]);
  t.deepEqual(warnings, [
    `it booted, since no L1 could be saved: a trial that started from ${savedLabName(plan)} came to nothing`,
  ]);
  t.false(await exists(folder));
  t.is(host.starts, 0);
});

test('where it cannot be made they boot, which their warnings tell, and it is tried once', async t => {
  await using scope = new Scope();
  const store = await storeIn(scope);
  const plan = await planOf({folder: store.folder});
  const host = new DeadHost(store.folder);
  const {startedFrom, warnings} = await runAll(store, host, [plan, plan]);
  t.deepEqual(startedFrom, [null, null]);
  const warning = 'it booted, since no L1 could be saved: nothing starts here';
  t.deepEqual(warnings, [warning, warning]);
  t.is(host.starts, 1);
});

test('trials without L2 boot', async t => {
  await using scope = new Scope();
  const store = await storeIn(scope);
  const plan = await planOf({}, 'workload=type1-uapi');
  const {startedFrom, warnings} = await runAll(store, new DeadHost(store.folder), [plan]);
  t.deepEqual([startedFrom, warnings], [[null], []]);
});

test('each trial has a saved L1 of its own, and late ones boot', async t => {
  await using scope = new Scope();
  const store = await storeIn(scope);
  const plans = await Promise.all([0, 1, 11, 12].map(index => planOf({index})));
  for (const plan of plans) await ensureArtifact(store, savedLabName(plan), folder => writeMeta(folder, snapshot));
  const {startedFrom, warnings} = await runAll(store, new DeadHost(store.folder), plans);
  t.deepEqual(startedFrom, [...plans.slice(0, 3).map(savedLabName), null]);
  t.is(new Set(startedFrom).size, 4);
  t.deepEqual(warnings, []);
});

test('a saved L1 is named by all that it is made from, and by nothing else', async t => {
  const name = savedLabName(await planOf());
  const same = [
    await planOf({seed: 7, login: {privateKey: 'another', hostKey: ''}, folder: '/elsewhere'}),
    await planOf({}, 'liveMappings=64', 'pages=1024', 'settleBeforeMs=1', 'downtimeLimitMs=100'),
  ];
  const other = [
    await planOf({index: 1}),
    await planOf({index: 2}),
    await planOf({index: 4}),
    await planOf({contents: ['kernel-2', 'qemu-1']}),
    await planOf({deviceOptions: ['x-guest-iova=on']}),
    await planOf({}, 'devices=2'),
    await planOf({}, 'l2MemoryMiB=1024'),
    await planOf({}, 'l1Cpus=1'),
    await planOf({}, 'guestIommu=lazy'),
    await planOf({}, 'dmaEntryLimit=50000'),
    await planOf({}, 'tracing=off'),
    await planOf({l1: {...(await planOf()).l1, clock: 'wall'}}),
  ];
  for (const plan of same) t.is(savedLabName(plan), name);
  t.is(new Set([name, ...other.map(savedLabName)]).size, 1 + other.length);
});
