import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import type {KernelBase} from '../../scenario/kernel-base.ts';
import {expectationOf, readSeries} from '../../scenario/series.ts';
import {listSeries, readLayer} from '../../scenario/series-folders.ts';
import {commonFolder} from '../../scenario/series-schema.ts';
import {complaintOf} from '../complaint.ts';
import {temporaryFolder} from '../folder.ts';
import {root as repository} from '../repo.ts';

const tree = {
  'kernel-patches/README.md': '',
  'kernel-patches/common/linux/0002-b.patch': '',
  'kernel-patches/common/linux/0001-a.patch': '',
  'kernel-patches/common/qemu/0001-q.patch': '',
  'kernel-patches/upstream/series.yaml': 'title: Upstream\nexpect: {outcomes: [lost-pages], reason: D1}\n',
  'kernel-patches/gpa-map/series.yaml':
    'title: GPA\ndescription: By GPA\ndeviceOptions: [x-gpa=on]\nkernelConfig: [CONFIG_GPA=y]\n',
  'kernel-patches/gpa-map/linux/0001-gpa.patch': '',
  'kernel-patches/gpa-map/linux/notes.txt': '',
  'kernel-patches/controls/forgets/series.yaml':
    'title: Forgets\non: [gpa-map]\nexpect:\n  outcomes: [lost-pages]\n  reason: It is a control\nkernelConfig: ["# CONFIG_X is not set"]\n',
  'kernel-patches/controls/forgets/linux/0001-forget.patch': '',
  'kernel-patches/drafts/idea/linux/0001-draft.patch': '',
  'kernel-patches/emulator/series.yaml': 'title: What L1 needs\n',
  'kernel-patches/emulator/qemu/0001-svm.patch': '',
  'scenarios/lazy.yaml': '',
};

test('every folder with a series.yaml is a series to run, but not common and the emulator', async t => {
  await using scope = new Scope();
  const root = await temporaryFolder(scope, tree);
  t.deepEqual(await listSeries(root), ['controls/forgets', 'gpa-map', 'upstream']);
});

test('the patches to the QEMU that runs L1 stand on nothing', async t => {
  await using scope = new Scope();
  const root = await temporaryFolder(scope, tree);
  const {stack} = await readSeries(root, 'emulator');
  const qemu = [path.join(root, 'kernel-patches/emulator/qemu/0001-svm.patch')];
  t.deepEqual(stack, [{name: 'emulator', linux: [], qemu}]);
});

test('a folder whose name no series can have is told so', async t => {
  await using scope = new Scope();
  const root = await temporaryFolder(scope, {'kernel-patches/my idea/series.yaml': 'title: Mine\n'});
  const {message} = await complaintOf(t, readSeries(root, 'my idea'), root);
  t.is(message, 'kernel-patches/my idea is no name for a series');
});

test('a repository without series has none', async t => {
  await using scope = new Scope();
  t.deepEqual(await listSeries(await temporaryFolder(scope, {})), []);
});

test('a series stands on common, in the order of the patches’ names', async t => {
  await using scope = new Scope();
  const root = await temporaryFolder(scope, tree);
  const at = (file: string): string => path.join(root, 'kernel-patches', file);
  t.deepEqual(await readSeries(root, 'gpa-map'), {
    name: 'gpa-map',
    title: 'GPA',
    description: 'By GPA',
    stack: [
      {
        name: 'common',
        linux: [at('common/linux/0001-a.patch'), at('common/linux/0002-b.patch')],
        qemu: [at('common/qemu/0001-q.patch')],
      },
      {name: 'gpa-map', linux: [at('gpa-map/linux/0001-gpa.patch')], qemu: []},
    ],
    expect: {outcomes: ['passed']},
    expectIn: [],
    unsupported: [],
    deviceOptions: ['x-gpa=on'],
    kernelConfig: ['CONFIG_GPA=y'],
  });
});

test('a series says where it ends otherwise, and what it is not run under', async t => {
  await using scope = new Scope();
  const text = `title: x
expect: {outcomes: [lost-pages], reason: D1}
expectIn:
  - {scenarios: [static-4k], outcomes: [passed]}
unsupported:
  - {scenario: lazy, reason: It is strict.}
`;
  const root = await temporaryFolder(scope, {
    'kernel-patches/x/series.yaml': text,
    'kernel-patches/y/series.yaml': 'title: y\non: [x]\n',
    'scenarios/lazy.yaml': '',
    'scenarios/static-4k.yaml': '',
  });
  const series = await readSeries(root, 'x');
  t.deepEqual(expectationOf(series, 'static-4k'), {outcomes: ['passed']});
  t.deepEqual(expectationOf(series, 'lazy'), {outcomes: ['lost-pages'], reason: 'D1'});
  t.deepEqual(series.unsupported, [{scenario: 'lazy', reason: 'It is strict.'}]);
  t.deepEqual((await readSeries(root, 'y')).unsupported, []);
});

test('another outcome than passed is explained, in a scenario too', async t => {
  await using scope = new Scope();
  const text = 'title: x\nexpectIn:\n  - scenarios: [lazy]\n    outcomes: [timeout]\n';
  const root = await temporaryFolder(scope, {'kernel-patches/x/series.yaml': text});
  const {message} = await complaintOf(t, readSeries(root, 'x'), root);
  t.is(message, 'kernel-patches/x/series.yaml:3:5 expectIn.0.reason: say why another outcome than passed is expected');
});

test('a series takes over the options of what it stands on, but not its expectation', async t => {
  await using scope = new Scope();
  const series = await readSeries(await temporaryFolder(scope, tree), 'controls/forgets');
  t.deepEqual(
    series.stack.map(layer => layer.name),
    ['common', 'gpa-map', 'controls/forgets'],
  );
  t.deepEqual(series.deviceOptions, ['x-gpa=on']);
  t.deepEqual(series.kernelConfig, ['CONFIG_GPA=y', '# CONFIG_X is not set']);
  t.deepEqual(series.expect, {outcomes: ['lost-pages'], reason: 'It is a control'});
});

test('what two series both stand on is applied once, and first', async t => {
  await using scope = new Scope();
  const root = await temporaryFolder(scope, {
    'kernel-patches/base/series.yaml': 'title: b\n',
    'kernel-patches/left/series.yaml': 'title: l\non: [base]\n',
    'kernel-patches/right/series.yaml': 'title: r\non: [base]\n',
    'kernel-patches/top/series.yaml': 'title: t\non: [left, right]\n',
  });
  const {stack} = await readSeries(root, 'top');
  t.deepEqual(
    stack.map(layer => layer.name),
    ['common', 'base', 'left', 'right', 'top'],
  );
});

const ported = {
  'kernel-patches/common/linux/0001-a.patch': '',
  'kernel-patches/ported/series.yaml': 'title: p\n',
  'kernel-patches/ported/linux/0001-a.patch': '',
  'kernel-patches/ported/linux/0002-b.patch': '',
  'kernel-patches/ported/linux-7.2/0001-other.patch': '',
  'kernel-patches/ported/qemu/0001-q.patch': '',
};

const patchesOn = test.macro(async (t, base: KernelBase, ...expected: string[]) => {
  await using scope = new Scope();
  const root = await temporaryFolder(scope, ported);
  const {stack} = await readSeries(root, 'ported', base);
  const files = stack.flatMap(({linux, qemu}) => [...linux, ...qemu]);
  t.deepEqual(
    files.map(file => path.relative(path.join(root, 'kernel-patches'), file)),
    expected,
  );
});

test(
  'on the default base a port counts for nothing',
  patchesOn,
  '6.12',
  'common/linux/0001-a.patch',
  'ported/linux/0001-a.patch',
  'ported/linux/0002-b.patch',
  'ported/qemu/0001-q.patch',
);
test(
  'on another base a port replaces all patches of its folder, and what has none is applied as it is',
  patchesOn,
  '7.2',
  'common/linux/0001-a.patch',
  'ported/linux-7.2/0001-other.patch',
  'ported/qemu/0001-q.patch',
);

test('a port in this repository has all the patches of its series', async t => {
  const layers = [commonFolder, ...(await listSeries(repository))];
  for (const name of layers) {
    const names = async (base: KernelBase): Promise<string[]> =>
      (await readLayer(repository, name, base)).linux.map(file => path.basename(file));
    t.deepEqual(await names('7.2'), await names('6.12'), name);
  }
});

const refuses = test.macro(async (t, name: string, yaml: string | undefined, message: string) => {
  await using scope = new Scope();
  const added = yaml === undefined ? {} : {[`kernel-patches/${name}/series.yaml`]: yaml};
  const root = await temporaryFolder(scope, {...tree, ...added});
  t.is((await complaintOf(t, readSeries(root, name), root)).message, message);
});

test(
  'an unknown series is refused',
  refuses,
  'gpamap',
  undefined,
  'there is no series "gpamap"; did you mean gpa-map?',
);
test(
  'a way out of the folder is refused',
  refuses,
  '../gpa-map',
  undefined,
  'there is no series "../gpa-map"; did you mean gpa-map?',
);
test('a way up inside the folder is refused', refuses, 'controls/..', undefined, 'there is no series "controls/.."');
test('common is no series', refuses, 'common', undefined, 'there is no series "common"');
test('debug is no series', refuses, 'debug', undefined, 'there is no series "debug"');
test('a group is no series', refuses, 'controls', undefined, 'there is no series "controls"');
test(
  'a folder without series.yaml is told from no folder',
  refuses,
  'drafts/idea',
  undefined,
  'kernel-patches/drafts/idea has no series.yaml',
);
test('a series needs a title', refuses, 'x', 'on: []\n', 'kernel-patches/x/series.yaml:1:1 title: is missing');
test('an empty series.yaml is refused', refuses, 'x', '', 'kernel-patches/x/series.yaml:1:1 the file is empty');
test(
  'a series on an unknown one is refused',
  refuses,
  'x',
  'title: X\non: [upstream, none]\n',
  'kernel-patches/x/series.yaml:2:16 on: there is no series "none"',
);
test(
  'a series on the patches to the QEMU that runs L1 is refused',
  refuses,
  'x',
  'title: X\non: [emulator]\n',
  'kernel-patches/x/series.yaml:2:6 on: emulator is no series to run: its patches are for the QEMU that runs L1 under TCG',
);
test(
  'a series on itself is refused',
  refuses,
  'x',
  'title: X\non: [x]\n',
  'kernel-patches/x/series.yaml:2:6 on: x → x goes in a circle',
);
test(
  'a failure is not expected without a reason',
  refuses,
  'x',
  'title: X\nexpect: {outcomes: [passed, lost-pages]}\n',
  'kernel-patches/x/series.yaml:2:9 expect.reason: say why another outcome than passed is expected',
);
test(
  'all complaints come at once',
  refuses,
  'x',
  'titel: X\nexpect: {outcomes: [lost], reasons: y}\ndeviceOptions: [on]\nkernelConfig: [GPA]\n',
  [
    'kernel-patches/x/series.yaml:1:1 title: is missing',
    'kernel-patches/x/series.yaml:2:21 expect.outcomes.0: Invalid option: expected one of "passed"|"lost-pages"|"test-failed"|"migration-failed"|"timeout"|"workload-failed"|"guest-crashed"|"qemu-failed"|"boot-failed"|"interrupted"',
    'kernel-patches/x/series.yaml:2:28 expect.reasons: unknown field; did you mean reason?',
    'kernel-patches/x/series.yaml:3:17 deviceOptions.0: must be property=value',
    'kernel-patches/x/series.yaml:4:16 kernelConfig.0: must be a line of a .config file',
    'kernel-patches/x/series.yaml:1:1 titel: unknown field; did you mean title?',
  ].join('\n'),
);

test(
  'scenarios that there are not are refused, all at once',
  refuses,
  'x',
  'title: X\nexpectIn:\n  - {scenarios: [none], outcomes: [passed]}\nunsupported:\n  - scenario: lasy\n    reason: y\n',
  [
    'kernel-patches/x/series.yaml:3:18 expectIn.0.scenarios.0: there is no scenario "none"',
    'kernel-patches/x/series.yaml:5:15 unsupported.0.scenario: there is no scenario "lasy"; did you mean lazy?',
  ].join('\n'),
);

test('a scenario that there is not is refused in what a series stands on', async t => {
  await using scope = new Scope();
  const root = await temporaryFolder(scope, {
    'kernel-patches/x/series.yaml': 'title: x\nunsupported: [{scenario: none, reason: y}]\n',
    'kernel-patches/y/series.yaml': 'title: y\non: [x]\n',
  });
  const {message} = await complaintOf(t, readSeries(root, 'y'), root);
  t.is(message, 'kernel-patches/x/series.yaml:2:26 unsupported.0.scenario: there is no scenario "none"');
});

test('a circle over several series is shown whole', async t => {
  await using scope = new Scope();
  const root = await temporaryFolder(scope, {
    'kernel-patches/a/series.yaml': 'title: a\non: [b]\n',
    'kernel-patches/b/series.yaml': 'title: b\non: [a]\n',
  });
  const {message} = await complaintOf(t, readSeries(root, 'a'), root);
  t.is(message, 'kernel-patches/b/series.yaml:2:6 on: a → b → a goes in a circle');
});
