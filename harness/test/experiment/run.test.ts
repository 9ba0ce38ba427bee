import {readdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type {Event} from '../../base/events.ts';
import {Scope} from '../../base/scope.ts';
import {cores} from '../../build/cores.ts';
import {distributionsQemu, emulatorIn} from '../../build/emulator.ts';
import type {Arm} from '../../experiment/arm.ts';
import {carryOutTrials, type Run} from '../../experiment/run.ts';
import type {TrialPlan} from '../../experiment/trial.ts';
import {readRun} from '../../result/earlier.ts';
import type {Result} from '../../result/schema.ts';
import {readSweep} from '../../scenario/read.ts';
import {makeResult, trial} from '../fakes/result.ts';
import {makeSeries} from '../fakes/series.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

/** What a run of two arms did: the folders of its trials in their order, and what it left. */
type Done = {
  readonly plans: TrialPlan[];
  readonly order: string[];
  readonly notes: string[];
  readonly heard: ReadonlySet<string | undefined>;
  readonly results: Result[];
  readonly files: string[];
};

const {provenance} = makeResult();

/** Carries out a run of iova-churn whose trials pass at once. After `interruptAfter` of them it is interrupted. */
async function carryOut(
  folder: string,
  overrides: readonly string[],
  changes: Partial<Run> = {},
  interruptAfter = Number.POSITIVE_INFINITY,
  whileItRuns: (plan: TrialPlan) => Promise<unknown> = async () => {},
): Promise<Done> {
  const swept = await readSweep(path.join(root, 'scenarios/iova-churn.yaml'), overrides);
  const {kernel, guestKernel, qemu} = provenance;
  const arms = ['upstream', 'controls/forgets'].map(
    name =>
      ({
        series: makeSeries(name),
        kernel: {folder: `kernel of ${name}`, provenance: kernel},
        qemu: {folder: `QEMU of ${name}`, provenance: qemu},
      }) as Arm,
  );
  const [plans, notes, onDisk]: [TrialPlan[], string[], number[]] = [[], [], []];
  const heard = new Set<string | undefined>();
  const interrupt = new AbortController();
  const run = {
    ...swept,
    folder,
    startedAt: '2025-01-02T03:04:00Z',
    artifacts: {
      arms,
      guestKernel: {folder: 'kernel of L2', provenance: guestKernel},
      l1Image: 'image of L1',
      l2Image: 'image of L2',
      toolchain: {compiler: '', fingerprint: ''},
      guestImagesSha256: '',
    },
    accelerator: 'tcg',
    emulator: emulatorIn('/emulator'),
    probe: {kvm: false, nested: null, reason: ''},
    facts: provenance,
    emit: (event: Event) => {
      if (event.kind === 'note') notes.push(event.message);
      else heard.add(event.trial);
    },
    clock: 'wall',
    signal: interrupt.signal,
    earlier: undefined,
    ...changes,
  } as unknown as Run;
  const initrds = new Map(arms.map(arm => [arm, `initrd of ${arm.series.name}`]));
  const work = carryOutTrials(run, initrds, async (plan, _host, emit) => {
    emit({kind: 'phase-start', phase: 'migrate'});
    onDisk.push(await trialsIn(folder));
    plans.push(plan);
    await whileItRuns(plan);
    if (plans.length === interruptAfter) interrupt.abort(new Error('enough'));
    return {trial: {...trial, index: plan.index, seed: plan.seed}, trace: undefined, lab: undefined};
  });
  const results = await work.then(
    finished => finished.map(({result}) => result),
    () => [],
  );
  const before = onDisk[0]!;
  if (run.clock === 'wall' && onDisk.some((count, index) => count !== before + index))
    throw new Error('a trial began before the last was kept');
  const order = plans.map(plan => path.basename(plan.folder));
  return {plans, order, notes, heard, results, files: (await readdir(folder)).sort()};
}

/** How many trials the results in a folder hold. */
async function trialsIn(folder: string): Promise<number> {
  const results = await readRun(folder).catch(() => []);
  return results.reduce((count, {trials}) => count + trials.length, 0);
}

test('a run without a sweep has a file for each arm, and its results tell of no cell', async t => {
  await using scope = new Scope();
  const {order, results, files} = await carryOut(await temporaryFolder(scope, {}), ['repeat=2']);
  t.deepEqual(order, ['upstream-001', 'controls-forgets-001', 'controls-forgets-002', 'upstream-002']);
  t.deepEqual(files, ['controls-forgets.json', 'upstream.json']);
  for (const result of results) t.false('cell' in result || 'sweep' in result);
});

test('under the virtual clock trials run side by side, and stand in their order', async t => {
  await using scope = new Scope();
  let [running, most] = [0, 0];
  const run = carryOut(await temporaryFolder(scope, {}), ['repeat=4'], {clock: 'virtual'}, undefined, async plan => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(resolve => setTimeout(resolve, plan.index === 0 ? 100 : 10));
    running -= 1;
  });
  const {results, heard} = await run;
  t.is(most, Math.min(cores(), 8));
  t.is(heard.size, most > 1 ? 8 : 1, 'each says of which trial it is, where there are several at a time');
  for (const {clock, trials} of results) {
    t.is(clock, 'virtual');
    t.deepEqual(
      trials.map(({index}) => index),
      [0, 1, 2, 3],
    );
  }
});

test('a sweep has a file for each arm in each cell, and arms of a cell are run side by side', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {});
  const {order, notes, plans, results, files} = await carryOut(folder, [
    'liveMappings=[64, 128]',
    'l1MemoryMiB=[3072]',
  ]);
  const cell = (value: number): string => `,liveMappings=${value},l1MemoryMiB=3072`;
  t.deepEqual(order, [
    `upstream${cell(64)}-001`,
    `controls-forgets${cell(64)}-001`,
    `upstream${cell(128)}-001`,
    `controls-forgets${cell(128)}-001`,
  ]);
  t.is(notes[1], `controls/forgets${cell(64)}, trial 1 of 1`);
  t.deepEqual(files, [
    `controls-forgets${cell(128)}.json`,
    `controls-forgets${cell(64)}.json`,
    `upstream${cell(128)}.json`,
    `upstream${cell(64)}.json`,
  ]);
  t.deepEqual(
    plans.map(({scenario}) => scenario.liveMappings),
    [64, 64, 128, 128],
  );
  const sweep = {liveMappings: [64, 128], l1MemoryMiB: [3072]};
  t.deepEqual(
    results.map(({series, cell: values}) => [series, values]),
    [
      ['upstream', {liveMappings: 64, l1MemoryMiB: 3072}],
      ['controls/forgets', {liveMappings: 64, l1MemoryMiB: 3072}],
      ['upstream', {liveMappings: 128, l1MemoryMiB: 3072}],
      ['controls/forgets', {liveMappings: 128, l1MemoryMiB: 3072}],
    ],
  );
  for (const result of await readRun(folder)) {
    t.deepEqual(result.sweep, sweep);
    t.like(result.scenario, result.cell!);
  }
});

test('every cell has an L1 of its own size, with the initramfs and the kernel of the arm', async t => {
  await using scope = new Scope();
  const {plans} = await carryOut(await temporaryFolder(scope, {}), ['l1MemoryMiB=[2048, 4096]']);
  t.deepEqual(
    plans.map(({l1}) => [l1.memoryMiB, l1.initrd, l1.kernel]),
    [2048, 4096].flatMap(memory =>
      ['upstream', 'controls/forgets'].map(name => [memory, `initrd of ${name}`, `kernel of ${name}/bzImage`]),
    ),
  );
  t.true(plans.every(({l1}) => l1.qemu === '/emulator/qemu-system-x86_64'));
});

test('a run that was interrupted goes on with all its cells, those too that it did not reach', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {});
  const overrides = ['liveMappings=[64, 128]', 'repeat=2'];
  const {order, results} = await carryOut(folder, overrides, {}, 3);
  t.deepEqual([order.length, results], [3, []]);
  const earlier = {folder, results: await readRun(folder), check: () => {}};
  const second = await carryOut(folder, overrides, {earlier});
  t.deepEqual(second.order, [
    'controls-forgets,liveMappings=128-001',
    'controls-forgets,liveMappings=128-002',
    'upstream,liveMappings=128-002',
    'controls-forgets,liveMappings=64-002',
    'upstream,liveMappings=64-002',
  ]);
  t.deepEqual(
    second.results.map(({trials}) => trials.map(({index}) => index)),
    [
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 1],
    ],
  );
});

test('a run that another state of the harness goes on with says so, however often it goes on', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {});
  const goOn = async (repeat: number, commit: string, dirty = false): Promise<readonly string[]> => {
    const results = await readRun(folder).catch(() => []);
    const earlier = results.length > 0 ? {folder, results, check: () => {}} : undefined;
    const facts = {...provenance, harness: {version: '0.1.0', commit, dirty}};
    return (await carryOut(folder, [`repeat=${repeat}`], {earlier, facts})).results[0]!.warnings;
  };
  t.deepEqual(await goOn(1, 'a'.repeat(40)), []);
  t.deepEqual(await goOn(2, 'a'.repeat(40)), []);
  const change = 'the first 2 trials are of the harness at aaaaaaaaaaaa, those after them at bbbbbbbbbbbb';
  t.deepEqual(await goOn(3, 'b'.repeat(40)), [change]);
  t.deepEqual(await goOn(4, 'b'.repeat(40)), [change]);
  t.deepEqual(await goOn(4, 'c'.repeat(40)), [change], 'no trial is of that one');
  const another =
    'the first 4 trials are of the harness at bbbbbbbbbbbb, those after them at bbbbbbbbbbbb with changes';
  t.deepEqual(await goOn(5, 'b'.repeat(40), true), [change, another]);
});

test('each arm of each cell that goes on is checked against itself', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {});
  await carryOut(folder, ['liveMappings=[64, 128]']);
  const checked: unknown[] = [];
  const check = (then: Result, now: Result): void => {
    checked.push([then.series, then.cell, now.series, now.cell]);
  };
  await carryOut(folder, ['liveMappings=[64, 128]', 'repeat=2'], {
    earlier: {folder, results: await readRun(folder), check},
  });
  t.deepEqual(
    checked,
    [64, 128].flatMap(liveMappings =>
      ['upstream', 'controls/forgets'].map(name => [name, {liveMappings}, name, {liveMappings}]),
    ),
  );
});

test('what a trial is made of names the QEMU that runs L1: the artifact, or under KVM its version and the processor', async t => {
  const contents = async (changes: Partial<Run>): Promise<readonly string[]> => {
    await using scope = new Scope();
    const {plans} = await carryOut(await temporaryFolder(scope, {}), [], changes);
    return plans[0]!.contents;
  };
  const [emulator, ...others] = await contents({});
  t.is(emulator, 'emulator');
  t.deepEqual(others, ['kernel of upstream', 'QEMU of upstream', 'image of L1', 'image of L2', 'kernel of L2']);
  t.deepEqual(await contents({accelerator: 'kvm', emulator: distributionsQemu}), [
    `${provenance.l0Qemu} on ${provenance.host.cpu}`,
    ...others,
  ]);
});
