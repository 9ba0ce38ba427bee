import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {distributionsQemu} from '../../build/emulator.ts';
import {directPrograms, isDirect} from '../../experiment/direct.ts';
import {l1Spec} from '../../experiment/machines.ts';
import {runTrial} from '../../experiment/trial.ts';
import {LocalHost} from '../../machine/local-host.ts';
import type {Outcome} from '../../result/schema.ts';
import {readScenario} from '../../scenario/read.ts';
import {type Mishap, nestedGuests} from '../fakes/nested-guests.ts';
import {makeFakeQemu} from '../fakes/qemu.ts';
import {iovaChurn} from '../fakes/scenario.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

const scenarioOf = (name: string, ...overrides: string[]) =>
  readScenario(path.join(root, `scenarios/${name}.yaml`), overrides);

const log = {
  ...{tracking: 'gpa', steps: 9, gets: 2, missing: 0, falselyDirty: 1, reported: 3, wrong: false, finding: ''},
  reproducer: [],
};

async function run(scope: Scope, name: string, programs: Mishap['programs'] & object) {
  const folder = await temporaryFolder(scope, {});
  const {port, login} = await nestedGuests(scope, {programs});
  const scenario = await scenarioOf(name);
  const l1 = {
    ...l1Spec(scenario, 'tcg', '/k', '/i', distributionsQemu),
    qemu: await makeFakeQemu(folder),
    cmdline: [`port=${port}`],
  };
  const plan = {index: 0, seed: 5, scenario, l1, deviceOptions: [], login, contents: [], runFolder: folder};
  const host = new LocalHost(folder);
  const {signal} = new AbortController();
  return runTrial({...plan, folder: path.join(folder, 'trials/gpa-map-001')}, host, () => {}, signal);
}

test('a trial without a guest is a boot of L1 and a program', async t => {
  await using scope = new Scope();
  const {trial} = await run(scope, 'type1-random', {'type1-random': {output: JSON.stringify(log)}});
  t.is(trial.reason, undefined);
  t.like(trial, {outcome: 'passed', log, migration: null, oracle: null});
  t.deepEqual(
    trial.phases.map(({name}) => name),
    ['boot L1', 'set up L1', 'type1-random'],
  );
  t.deepEqual(trial.logs.map(file => path.basename(file)).sort(), [
    'l1.console.log',
    'l1.qemu.log',
    'type1-random.txt',
  ]);
});

const ends = test.macro(
  async (t, name: string, programs: Mishap['programs'] & object, outcome: Outcome, reason: RegExp) => {
    await using scope = new Scope();
    const {trial} = await run(scope, name, programs);
    t.is(trial.outcome, outcome);
    t.regex(trial.reason!, reason);
  },
);

test(
  'a page that is missing from the log is lost',
  ends,
  'type1-random',
  {'type1-random': {output: JSON.stringify({...log, missing: 4, finding: 'get of 0x0 does not report 0x1000'})}},
  'lost-pages',
  /^4 pages are missing: get of 0x0/,
);
test(
  'a program that cannot do its work is no finding',
  ends,
  'type1-random',
  {'type1-random': {output: 'no vdmae device can be created\n', code: 1}},
  'workload-failed',
  /^type1-random failed\n.*no vdmae device/,
);
test(
  'a program that says something else is no finding',
  ends,
  'type1-random',
  {'type1-random': {output: 'hello\n'}},
  'workload-failed',
  /^type1-random says what cannot be understood: hello/,
);
test(
  'each failed test counts, of the new program and of the old one',
  ends,
  'type1-uapi',
  {
    'type1-uapi-old': {output: '1..1\nnot ok 1 iova: b\n# answers 2, expected 0\n'},
    'type1-uapi': {output: '1..1\nnot ok 1 gpa: a\n# answers 1, expected 0\n'},
  },
  'test-failed',
  /^2 tests failed, the first: type1-uapi: gpa: a: answers 1, expected 0$/,
);

const point = {operation: 'sync', mappings: 64, count: 30, requests: 1, p50: 1, p90: 2, p99: 3, max: 4};

test('what a program measures is kept as it is', async t => {
  await using scope = new Scope();
  const bench = {points: [point], memory: [{what: 'mapping of a page', bytes: 96, per: 'mapping'}]};
  const {trial} = await run(scope, 'type1-ioctl', {'type1-bench': {output: JSON.stringify(bench)}});
  t.like(trial, {outcome: 'passed', bench});
});

test('the program gets the values of the scenario, and the seed of the trial', async t => {
  const scenario = await scenarioOf('type1-random', 'steps=10', 'threads=2', 'devices=1');
  const [program] = directPrograms(scenario, 42);
  t.deepEqual(program?.argv.join(' '), 'type1-random --seed 42 --steps 10 --threads 2 --containers 1');
});

test('only programs of type1 are run without a guest', async t => {
  t.true(isDirect(await scenarioOf('type1-uapi')));
  t.false(isDirect(await iovaChurn()));
});
