import {mkdir, rm, stat, truncate, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {distributionsQemu} from '../../build/emulator.ts';
import {artifactPath, ensureArtifact, exists, type Store, writeMeta} from '../../build/store.ts';
import {startingFromSaved} from '../../experiment/fork.ts';
import {l1Spec} from '../../experiment/machines.ts';
import {savedLabName} from '../../experiment/saved-labs.ts';
import {type Snapshot, stateFile} from '../../experiment/snapshot.ts';
import type {FinishedTrial, runTrial, TrialPlan} from '../../experiment/trial.ts';
import type {Host} from '../../machine/host.ts';
import {LocalHost} from '../../machine/local-host.ts';
import type {Trial} from '../../result/schema.ts';
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

/** How the trials go: what they do at last, whether one that starts from a saved L1 comes to nothing, how L1s are saved. */
type Course = {
  readonly after?: () => Promise<void>;
  readonly forksFail?: boolean;
  readonly save?: typeof runTrial;
};

/** Runs trials that end at once, one after the other, and gives what each started from and warned of. */
async function runAll(
  store: Store,
  host: Host,
  plans: readonly TrialPlan[],
  {after, forksFail = false, save}: Course = {},
) {
  const startedFrom: (string | null)[] = [];
  const outcomes: string[] = [];
  const start = async (plan: TrialPlan): Promise<FinishedTrial> => {
    const name = plan.saved ? path.basename(plan.saved.folder) : null;
    startedFrom.push(name);
    await after?.();
    return {
      trial: {...trial, startedFrom: forksFail ? null : name, warnings: []},
      trace: undefined,
      lab: undefined,
    };
  };
  const run = startingFromSaved(store, start, save);
  const warnings: string[] = [];
  for (const plan of plans) {
    const finished = await run(plan, host, () => {}, new AbortController().signal);
    warnings.push(...finished.trial.warnings);
    outcomes.push(finished.trial.outcome);
  }
  return {startedFrom, warnings, outcomes};
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
  stateBytes: 5,
};

/** Has a saved L1 in the store, whose state is so large. */
function have(store: Store, plan: TrialPlan): Promise<string> {
  return ensureArtifact(store, savedLabName(plan), async folder => {
    await writeFile(stateFile(folder), 'state');
    await writeMeta(folder, snapshot);
  });
}

test('trials start from the saved L1 that the store has', async t => {
  await using scope = new Scope();
  const store = await storeIn(scope);
  const plan = await planOf();
  await have(store, plan);
  const {startedFrom, warnings} = await runAll(store, new DeadHost(store.folder), [plan, plan]);
  t.deepEqual(startedFrom, [savedLabName(plan), savedLabName(plan)]);
  t.deepEqual(warnings, []);
});

test('one that another run took away is made anew', async t => {
  await using scope = new Scope();
  const store = await storeIn(scope);
  const plan = await planOf();
  const folder = await have(store, plan);
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
  const folder = await have(store, plan);
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

/** Ends so when an L1 is to be saved, after it was saved or before. */
const saving = (outcome: Trial['outcome'], isSaved: boolean): typeof runTrial => {
  return async () => ({
    trial: {...trial, outcome, reason: `it ${outcome}`, startedFrom: null, warnings: []},
    trace: undefined,
    lab: undefined,
    snapshot: isSaved ? snapshot : undefined,
  });
};

test('a fault that shows while an L1 is made to be saved is what its trial ends with', async t => {
  await using scope = new Scope();
  const store = await storeIn(scope);
  const plan = await planOf();
  const host = new DeadHost(store.folder);
  const faults = [saving('guest-crashed', false), saving('guest-crashed', true), saving('qemu-failed', true)];
  for (const save of faults) {
    const {startedFrom, outcomes, warnings} = await runAll(store, host, [plan], {save});
    t.deepEqual([startedFrom, warnings], [[], []]);
    t.regex(outcomes[0]!, /guest-crashed|qemu-failed/);
  }
  for (const save of [saving('qemu-failed', false), saving('boot-failed', false), saving('timeout', false)]) {
    const {startedFrom, outcomes, warnings} = await runAll(store, host, [plan], {save});
    t.deepEqual([startedFrom, outcomes], [[null], ['passed']]);
    t.regex(warnings[0]!, /^it booted, since no L1 could be saved: it (qemu-failed|boot-failed|timeout)$/);
  }
  t.false(await exists(artifactPath(store.root, savedLabName(plan))));
});

test('the logs of a saving that an interrupt cut short stay', async t => {
  await using scope = new Scope();
  const store = await storeIn(scope);
  const plan = await planOf({folder: path.join(store.folder, 'upstream-001')});
  await mkdir(`${plan.folder}-saving`);
  const folders: string[] = [];
  const save: typeof runTrial = async (given, ...others) => {
    folders.push(path.basename(given.folder));
    return saving('boot-failed', false)(given, ...others);
  };
  await runAll(store, new DeadHost(store.folder), [plan], {save});
  t.deepEqual(folders, ['upstream-001-saving-again']);
});

test('one whose state is not what was saved is thrown away', async t => {
  await using scope = new Scope();
  const store = await storeIn(scope);
  const plan = await planOf();
  const folder = await have(store, plan);
  await truncate(stateFile(folder), 4);
  const {startedFrom, warnings} = await runAll(store, new DeadHost(store.folder), [plan]);
  t.deepEqual(startedFrom, [null]);
  t.regex(warnings[0]!, /was damaged, and is thrown away\n {2}because: 4 bytes, and 5 were written$/);
  t.false(await exists(folder));
});

test('each use is noted, and those that were not used for the longest make room', async t => {
  await using scope = new Scope();
  const store = await storeIn(scope);
  const [plan, other] = [await planOf(), await planOf({index: 1})];
  const [folder, old] = [await have(store, plan), await have(store, other)];
  await truncate(stateFile(old), 21 * 2 ** 30); // A hole takes up no room, and has a size.
  await utimes(old, 1000, 1000);
  await utimes(folder, 500, 500);
  const ages: number[] = [];
  const after = async (): Promise<void> => {
    ages.push(Date.now() - (await stat(folder)).mtimeMs);
    await utimes(folder, 2000, 2000);
  };
  const {startedFrom} = await runAll(store, new DeadHost(store.folder), [plan, plan], {after});
  t.deepEqual(startedFrom, [savedLabName(plan), savedLabName(plan)]);
  t.true(
    ages.every(age => age < 60_000),
    String(ages),
  );
  t.false(await exists(old));
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
  for (const plan of plans) await have(store, plan);
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
