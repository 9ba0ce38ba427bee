import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {readScenario, readSweep} from '../../scenario/read.ts';
import {complaintOf} from '../complaint.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';
import {accepts, good, refuses} from './scenario-macros.ts';

test('the scenario of the repository holds every default by name', async t => {
  const file = path.join(root, 'scenarios/iova-churn.yaml');
  const scenario = await readScenario(file, []);
  t.like(scenario, {name: 'iova-churn', series: ['upstream', 'gpa-map'], liveMappings: 4096, dmaAccess: 'rw'});
  const text = await readFile(file, 'utf8');
  for (const key of Object.keys(scenario)) t.regex(text, new RegExp(`^${key}: `, 'm'));
});

test('a guest has no more processors than its kernel can use', async t => {
  const config = await readFile(path.join(root, 'guest-images/linux.config'), 'utf8');
  const cpus = /^CONFIG_NR_CPUS=(\d+)$/m.exec(config)?.[1];
  const file = path.join(root, 'scenarios/iova-churn.yaml');
  t.is((await readScenario(file, [`l1Cpus=${cpus}`, `l2Cpus=${cpus}`])).l1Cpus, Number(cpus));
  await t.throwsAsync(readScenario(file, [`l1Cpus=${Number(cpus) + 1}`]), {message: /must be at most/});
});

test('a queue is no deeper than a ring of the device can hold', async t => {
  const header = await readFile(path.join(root, 'guest-images/include/vdmae_hw.h'), 'utf8');
  const entries = Number(/^#define VDMAE_MAX_ENTRIES\s+(\d+)$/m.exec(header)?.[1]);
  const file = path.join(root, 'scenarios/iova-churn.yaml');
  t.is((await readScenario(file, [`queueDepth=${entries - 1}`])).queueDepth, entries - 1);
  await t.throwsAsync(readScenario(file, [`queueDepth=${entries}`]), {message: /must be at most/});
});

test('a field that is left out has its default', accepts, '', [], {liveMappings: 4096, repeat: 1, pattern: 'random'});
test('a field of the file counts', accepts, 'liveMappings: 64\n', [], {liveMappings: 64});
test('an override wins over the file', accepts, 'liveMappings: 64\n', ['liveMappings=65'], {liveMappings: 65});
test('the last override of a field wins', accepts, '', ['seed=2', 'seed=3'], {seed: 3});
test('an override may hold a list', accepts, '', ['series=[a, b]'], {series: ['a', 'b']});
test('an override may mend the file', accepts, 'liveMappings: 0\n', ['liveMappings=1'], {liveMappings: 1});
test('an override may hold an equals sign', accepts, '', ['summary=N = 1'], {summary: 'N = 1'});

test('an empty file is refused', refuses, '', [], 'small.yaml:1:1 the file is empty');
test('a file of comments is refused', refuses, '# nothing\n', [], 'small.yaml:1:1 the file is empty');
test('a list is refused', refuses, '- a\n', [], 'small.yaml:1:1 the file must hold fields: lines of key: value');
test(
  'a key that stands twice is refused',
  refuses,
  `${good}seed: 1\nseed: 2\n`,
  [],
  'small.yaml:8:1 Map keys must be unique',
);
test(
  'an alias without its anchor is refused',
  refuses,
  `${good}seed: *a\n`,
  [],
  'small.yaml:1:1 Unresolved alias (the anchor must be set before the alias): a',
);
test(
  '0 live mappings are refused',
  refuses,
  `${good}liveMappings: 0\n`,
  [],
  'small.yaml:7:15 liveMappings: must be at least 1, and is 0',
);
test(
  'a value above the range is refused',
  refuses,
  `${good}l2Cpus: 9\n`,
  [],
  'small.yaml:7:9 l2Cpus: must be at most 8, and is 9',
);
test(
  'an odd length of a write is refused',
  refuses,
  `${good}writeBytes: 100\n`,
  [],
  'small.yaml:7:13 writeBytes: Invalid number: must be a multiple of 16',
);
test(
  'a width that the vIOMMU does not have is refused',
  refuses,
  `${good}iommuAddressBits: 57\n`,
  [],
  'small.yaml:7:19 iommuAddressBits: must be 39 or 48',
);
test('no series is refused', refuses, good.replace('[upstream]', '[]'), [], 'small.yaml:6:9 series: must not be empty');
test(
  'the same series twice is refused',
  refuses,
  good.replace('[upstream]', '[a, a]'),
  [],
  'small.yaml:6:9 series: names a series twice',
);
test(
  'a misspelt key is told from the right one',
  refuses,
  `${good}liveMapings: 1\n`,
  [],
  'small.yaml:7:1 liveMapings: unknown field; did you mean liveMappings?',
);
test(
  'a key like no other gets no suggestion',
  refuses,
  `${good}colour: red\n`,
  [],
  'small.yaml:7:1 colour: unknown field',
);
test(
  'a newer format is refused',
  refuses,
  good.replace('Version: 1', 'Version: 2'),
  [],
  'small.yaml:1:16 schemaVersion: must be 1, the only version of this format',
);
test(
  'another name than that of the file is refused',
  refuses,
  good.replace('small', 'tiny'),
  [],
  'small.yaml:2:7 name: must be small, as the file',
);
test(
  'all complaints come at once, those of rules too',
  refuses,
  `${good.replace('small', 'tiny')}seed: x\nliveMappings: 5\npages: 4\ncolour: red\n`,
  ['repeat', 'l2Cpus=0', 'writeBytes=['],
  '--set repeat: must be key=value',
  '--set writeBytes=[: Flow sequence must end with a ]',
  'small.yaml:7:7 seed: must be a whole number, and is "x"',
  '--set l2Cpus=0: must be at least 1, and is 0',
  'small.yaml:10:1 colour: unknown field',
  'small.yaml:9:8 pages: a pool of 4 pages leaves none unmapped beside liveMappings = 5',
  'small.yaml:2:7 name: must be small, as the file',
);
test(
  'fields that are missing are named',
  refuses,
  'seed: 1\n',
  [],
  'small.yaml:1:1 schemaVersion: is missing',
  'small.yaml:1:1 name: is missing',
  'small.yaml:1:1 summary: is missing',
  'small.yaml:1:1 look: is missing',
  'small.yaml:1:1 workload: is missing',
  'small.yaml:1:1 series: is missing',
);
test(
  'an override that breaks a rule is blamed, not the file',
  refuses,
  `${good}pages: 8192\n`,
  ['liveMappings=9000'],
  '--set liveMappings=9000: a pool of 8192 pages leaves none unmapped beside liveMappings = 9000',
);
test(
  'an override of an unknown field is blamed',
  refuses,
  good,
  ['page=1'],
  '--set page=1: unknown field; did you mean pages?',
);
test(
  'text in place of a list, and a fraction, are refused',
  refuses,
  good,
  ['seed=1.5', 'series=a'],
  '--set series=a: must be a list, and is "a"',
  '--set seed=1.5: must be a whole number, and is 1.5',
);
test(
  'an override that refers to nothing is refused',
  refuses,
  good,
  ['seed=*a'],
  '--set seed=*a: Unresolved alias (the anchor must be set before the alias): a',
);
test(
  'an override of what every object has is refused',
  refuses,
  good,
  ['__proto__=1'],
  '--set __proto__=1: unknown field',
);

test('a series that there is not is told with its place, or with the option that named it', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'small.yaml': good.replace('[upstream]', '[upstream, none]')});
  const file = path.join(folder, 'small.yaml');
  const asked: string[] = [];
  const check = async (name: string, where: string): Promise<void> => {
    asked.push(`${where}${name}`.replace(/^.*(?=small\.yaml)/, ''));
  };
  await readSweep(file, [], check);
  await readSweep(file, [{key: 'series', value: ['other'], option: '--series other'}], check);
  t.deepEqual(asked, ['small.yaml:6:10 series: upstream', 'small.yaml:6:20 series: none', '--series other: other']);
});

test('an unknown scenario is answered with those there are', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'small.yaml': good, 'README.md': ''});
  t.deepEqual(await complaintOf(t, readScenario(path.join(folder, 'smal.yaml'), []), folder), {
    message: 'there is no scenario smal.yaml; did you mean small?',
    hint: 'Scenarios there: small.',
  });
});

test('a scenario in a folder that is missing is refused', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {});
  t.deepEqual(await complaintOf(t, readScenario(path.join(folder, 'none/small.yaml'), []), folder), {
    message: 'there is no scenario none/small.yaml',
    hint: 'There are no scenarios in that directory.',
  });
});

test('a folder in place of a scenario is refused', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'small.yaml/x': ''});
  const {message} = await complaintOf(t, readScenario(path.join(folder, 'small.yaml'), []), folder);
  t.is(message, 'cannot read small.yaml: EISDIR: illegal operation on a directory, read');
});
