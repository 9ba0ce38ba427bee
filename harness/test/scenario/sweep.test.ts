import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {cellName} from '../../result/cell.ts';
import {readScenario, readSweep} from '../../scenario/read.ts';
import {complaintOf} from '../complaint.ts';
import {temporaryFolder} from '../folder.ts';
import {good, refuses} from './scenario-macros.ts';

const sweeps = test.macro(async (t, added: string, overrides: string[], ...expected: string[]) => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'small.yaml': good + added});
  const {cells, sweep} = await readSweep(path.join(folder, 'small.yaml'), overrides);
  t.deepEqual(
    cells.map(({values}) => cellName(values)),
    expected,
  );
  for (const {values, scenario} of cells) {
    t.deepEqual({...scenario, ...values}, scenario);
    t.deepEqual(Object.keys(values), Object.keys(sweep));
  }
});

test('without a list there is one cell, and nothing is swept', sweeps, '', [], '');
test(
  'a list of the file has a cell for each value, in its order',
  sweeps,
  'liveMappings: [1024, 64]\n',
  [],
  'liveMappings=1024',
  'liveMappings=64',
);
test('a list of an option does too', sweeps, '', ['l2Cpus=[1, 2]'], 'l2Cpus=1', 'l2Cpus=2');
test('an option puts one value in place of a list', sweeps, 'liveMappings: [64, 1024]\n', ['liveMappings=5'], '');
test('a list of one value is a sweep of one cell', sweeps, 'liveMappings: [64]\n', [], 'liveMappings=64');
test('names can be swept', sweeps, 'guestIommu: [strict, lazy]\n', [], 'guestIommu=strict', 'guestIommu=lazy');
test(
  'several fields make their product, in the order of the format',
  sweeps,
  'guestIommu: [strict, lazy]\nliveMappings: [64, 1024]\n',
  [],
  'liveMappings=64,guestIommu=strict',
  'liveMappings=64,guestIommu=lazy',
  'liveMappings=1024,guestIommu=strict',
  'liveMappings=1024,guestIommu=lazy',
);
test(
  'a range may multiply',
  sweeps,
  'liveMappings: {from: 64, to: 4096, times: 8}\n',
  [],
  'liveMappings=64',
  'liveMappings=512',
  'liveMappings=4096',
);
test('a range may add', sweeps, '', ['devices={from: 1, to: 3, step: 2}'], 'devices=1', 'devices=3');
test(
  'a range that adds may begin at 0',
  sweeps,
  '',
  ['downtimeLimitMs={from: 0, to: 300, step: 300}'],
  'downtimeLimitMs=0',
  'downtimeLimitMs=300',
);
test('a range may be a single value', sweeps, '', ['devices={from: 2, to: 2, step: 1}'], 'devices=2');

const field = (text: string): string => `${good}liveMappings: ${text}\n`;
test(
  'a value of a list that is out of its range is refused where it stands',
  refuses,
  field('[64, 0]'),
  [],
  'small.yaml:7:20 liveMappings.1: must be at least 1, and is 0 (cell liveMappings=0)',
);
test(
  'a value of an option says which it is',
  refuses,
  good,
  ['guestIommu=[strict, slack]'],
  '--set guestIommu=[strict, slack]: Invalid option: expected one of "strict"|"lazy"|"off" (cell guestIommu=slack)',
);
test(
  'a value that stands twice is refused',
  refuses,
  field('[64, 65, 64]'),
  [],
  'small.yaml:7:24 liveMappings.2: holds 64 twice',
);
test('no value is refused', refuses, field('[]'), [], 'small.yaml:7:15 liveMappings: must not be empty');
test(
  'a list in a list is refused',
  refuses,
  field('[[64, 65]]'),
  [],
  'small.yaml:7:16 liveMappings.0: must be a whole number, and is [64,65] (cell liveMappings=[64,65])',
);
test(
  'a range without a way from value to value is refused',
  refuses,
  field('{from: 1, to: 4}'),
  [],
  'small.yaml:7:15 liveMappings: must have either step or times',
);
test(
  'a range with two of them is refused',
  refuses,
  field('{from: 1, to: 4, step: 1, times: 2}'),
  [],
  'small.yaml:7:15 liveMappings: must have either step or times',
);
test(
  'a range that leads past its end is refused',
  refuses,
  field('{from: 64, to: 1000, times: 4}'),
  [],
  'small.yaml:7:30 liveMappings.to: must be one of the values: 256 is followed by 1024, and to is 1000',
);
test(
  'a range that goes down is refused',
  refuses,
  field('{from: 4, to: 1, step: 1}'),
  [],
  'small.yaml:7:22 liveMappings.from: must be at most to = 1, and is 4',
);
test(
  'a range that stays where it is is refused',
  refuses,
  good,
  ['liveMappings={from: 2, to: 2, times: 1}'],
  '--set liveMappings={from: 2, to: 2, times: 1}: times: must be at least 2, and is 1',
);
test(
  'nothing multiplies 0',
  refuses,
  field('{from: 0, to: 4, times: 2}'),
  [],
  'small.yaml:7:22 liveMappings.from: must be at least 1 beside times, and is 0',
);
test(
  'a range of too many values is refused, and so is a key that it does not have',
  refuses,
  `${field('{from: 1, to: 2000, step: 1}')}pages: {form: 1, to: 2, step: 1}\n`,
  [],
  'small.yaml:7:15 liveMappings: has more than 1000 values',
  'small.yaml:8:8 pages.from: is missing',
  'small.yaml:8:9 pages.form: unknown field; did you mean from?',
);
test(
  'names have no range',
  refuses,
  `${good}guestIommu: {from: off, to: lazy, step: 1}\n`,
  [],
  'small.yaml:7:13 guestIommu: has no range of values: list them',
);
test(
  'too many cells are refused',
  refuses,
  `${good}liveMappings: {from: 1, to: 40, step: 1}\nl1MemoryMiB: {from: 3001, to: 3030, step: 1}\n`,
  [],
  'small.yaml:7:15 liveMappings: a run has at most 1000 cells, and these would be 1200: 40 of liveMappings times 30 of l1MemoryMiB',
);
test(
  'what a whole run has once cannot be swept',
  refuses,
  `${good.replace('iova-churn', '[iova-churn, vhost-net]').replace('name: small', 'name: [small]')}seed: [1, 2]\n`,
  ['debugKernel=[true, false]', 'repeat={from: 1, to: 2, step: 1}'],
  'small.yaml:2:7 name: cannot be swept: it names the scenario',
  'small.yaml:5:11 workload: cannot be swept: a run has one workload',
  '--set repeat={from: 1, to: 2, step: 1}: cannot be swept: each cell has as many trials',
  'small.yaml:7:7 seed: cannot be swept: each trial of a cell has a seed of its own',
  '--set debugKernel=[true, false]: cannot be swept: all cells run the same kernels',
);
test(
  'rules are kept in every cell, and a complaint names the values that it is about, and comes once',
  refuses,
  `${good}liveMappings: [64, 4096, 8192]\npages: 4096\nguestIommu: [strict, lazy]\n`,
  [],
  'small.yaml:8:8 pages: a pool of 4096 pages leaves none unmapped beside liveMappings = 4096 (cell liveMappings=4096)',
  'small.yaml:8:8 pages: a pool of 4096 pages leaves none unmapped beside liveMappings = 8192 (cell liveMappings=8192)',
);
test(
  'what is wrong in all cells is said once, beside what is wrong with the sweep',
  refuses,
  `${field('[64, 64]')}colour: red\nl2Cpus: [1, 9]\n`,
  ['settleBeforeMs=-1'],
  'small.yaml:7:20 liveMappings.1: holds 64 twice',
  '--set settleBeforeMs=-1: must be at least 0, and is -1',
  'small.yaml:8:1 colour: unknown field',
);

test('a sweep is refused where a single cell is wanted, unless it has no other', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'small.yaml': field('[64, 1024]')});
  const file = path.join(folder, 'small.yaml');
  t.deepEqual(await complaintOf(t, readScenario(file, ['l2Cpus=[1, 2]', 'devices=[1]']), folder), {
    message: [
      'small.yaml:7:15 liveMappings: must be a single value here',
      '--set l2Cpus=[1, 2]: must be a single value here',
    ].join('\n'),
    hint: 'npm run scenario -- small runs a sweep.',
  });
  t.is((await readScenario(file, ['liveMappings=[64]'])).liveMappings, 64);
});
