import {spawn} from 'node:child_process';
import {readdir} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {execa} from 'execa';
import {Scope} from '../../base/scope.ts';
import {makeResult} from '../fakes/result.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

type Ended = {readonly code: number | null; readonly stdout: string; readonly stderr: string};

/** Runs the real program in a folder, with an empty cache there. */
function harness(folder: string, argv: readonly string[]): Promise<Ended> {
  const env = {...process.env, HARNESS_CACHE: path.join(folder, 'cache'), NODE_OPTIONS: ''};
  const child = spawn(process.execPath, [path.join(root, 'harness/dist/main.js'), ...argv], {cwd: folder, env});
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', chunk => {
    stdout += chunk;
  });
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  return new Promise(resolve => child.on('close', code => resolve({code, stdout, stderr})));
}

async function inFolder(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  argv: readonly string[],
): Promise<Ended> {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, files);
  const ended = await harness(folder, argv);
  t.deepEqual(await readdir(folder), Object.keys(files), 'nothing is left behind');
  return ended;
}

const refuses = test.macro(async (t, argv: string, message: RegExp) => {
  const {code, stdout, stderr} = await inFolder(t, {}, argv.split(' '));
  t.regex(stderr, message);
  t.is(stdout, '');
  t.is(code, 2);
  t.notRegex(stderr, /\n {4}at /, 'a message, no stack');
  t.true(stderr.trim().split('\n').length <= 3, stderr);
});

test(
  'an unknown scenario is refused',
  refuses,
  'scenario iova-chum',
  /^error: there is no scenario .*; did you mean iova-churn\?/,
);
test(
  'an unknown base is refused, and the known ones are listed',
  refuses,
  'scenario iova-churn --base 5.4',
  /^error: option '--base <version>' argument '5\.4' is invalid\. Allowed choices are 6\.12, 7\.2\.$/m,
);
test(
  'an unknown field is refused',
  refuses,
  'scenario iova-churn --set liveMaping=1',
  /^error: --set liveMaping=1: unknown field/,
);
test(
  'no mappings at all are refused',
  refuses,
  'scenario iova-churn --set liveMappings=0',
  /^error: --set liveMappings=0: must be at least 1/,
);
test(
  'more mappings than the limit allows are refused',
  refuses,
  'scenario iova-churn --set liveMappings=1000 --set dmaEntryLimit=1000',
  /^error: --set (liveMappings|dmaEntryLimit)=1000: /,
);
test(
  'an unknown series is refused',
  refuses,
  'scenario iova-churn --series upstream,gpamap',
  /^error: --series upstream,gpamap: there is no series "gpamap"; did you mean gpa-map\?/,
);
test(
  'the patches to the QEMU that runs L1 are no series to run',
  refuses,
  'scenario iova-churn --series upstream,emulator',
  /^error: --series upstream,emulator: emulator is no series to run: its patches are for the QEMU that runs L1 under TCG\n/,
);
test(
  'a series that is asked for twice is refused',
  refuses,
  'scenario iova-churn --series gpa-map,gpa-map',
  /^error: --series gpa-map,gpa-map: names a series twice/,
);
test(
  'a list of series that ends in a comma is refused',
  refuses,
  'scenario iova-churn --series gpa-map,',
  /^error: --series gpa-map,: must not be empty\n/,
);
test(
  'a sweep of the trials is refused',
  refuses,
  'scenario iova-churn --set repeat=[1,2]',
  /^error: --set repeat=\[1,2\]: cannot be swept: each cell has as many trials\n/,
);
test(
  'a series is not run against itself in several cells',
  refuses,
  'scenario iova-churn --aa --series gpa-map --repeat 5 --set liveMappings=[64,128]',
  /^error: --aa .* there are 2 cells\nChoose one: --set liveMappings=64\n$/,
);
test(
  'controls are run in one cell',
  refuses,
  'controls --set l2Cpus=[1,2]',
  /^error: --set l2Cpus=\[1,2\]: must be a single value here\n/,
);
test(
  'no trials at all are refused',
  refuses,
  'scenario iova-churn --repeat 0',
  /^error: --repeat 0: must be at least 1, and is 0/,
);
test(
  'a nameless tree is refused, not taken for none',
  refuses,
  'scenario iova-churn --dry-run --linux=',
  /^error: --linux : not a linux source tree/,
);
test(
  'a folder for results that cannot be made is refused',
  refuses,
  'scenario iova-churn --out /dev/null/x',
  /^error: \/dev\/null\/x\/.*: cannot be made/,
);
test(
  'a night without a folder for its results is refused',
  refuses,
  'nightly --out /dev/null/x',
  /^error: \/dev\/null\/x: cannot be made/,
);
test(
  'an unknown control is refused',
  refuses,
  'controls --only unmap-forget',
  /^error: --only unmap-forget: there is no control "unmap-forget"; did you mean unmap-forgets\?/,
);
test(
  'a missing linux tree is refused before anything is built',
  refuses,
  'scenario iova-churn --linux none',
  /^error: --linux none: not a linux source tree/,
);
test(
  'KVM counts no instructions',
  refuses,
  'scenario iova-churn --dry-run --clock virtual --accel kvm',
  /^error: --clock virtual does not go with --accel kvm/,
);
test(
  'nobody can log in to a sealed L1',
  refuses,
  'scenario iova-churn --dry-run --clock virtual --keep',
  /^error: --clock virtual does not go with --keep/,
);
test(
  'a missing QEMU tree is refused by a dry run too',
  refuses,
  'scenario iova-churn --dry-run --qemu none',
  /^error: --qemu none: not a qemu source tree/,
);
test(
  'an unknown series is not checked',
  refuses,
  'series check gpa-map gpamap',
  /^error: there is no series "gpamap"; did you mean gpa-map\?/,
);
test('a series to check must be named', refuses, 'series check', /^error: missing required argument 'names'/);
test(
  'a tree to check on that is not there is refused before anything is built',
  refuses,
  'series check gpa-map --linux none',
  /^error: --linux none: not a linux source tree/,
);
test('an unknown command is refused', refuses, 'bench', /^error: unknown command 'bench'/);
test(
  'results that are not there are all named',
  refuses,
  'compare a.json b.json',
  /^error: cannot read a\.json: ENOENT[^\n]*\ncannot read b\.json/,
);
test('an unknown flag is refused', refuses, 'scenario iova-churn --fast', /^error: unknown option '--fast'/);

test('a truncated result is refused with its place', async t => {
  const files = {'cut.json': '{"run": "x'};
  const {code, stderr} = await inFolder(t, files, ['compare', 'cut.json', 'cut.json']);
  t.is(code, 2);
  t.regex(stderr, /^error: cut\.json:1:11 the file is cut off here/);
});

test('a dry run shows the plan and every command line, and starts and writes nothing', async t => {
  const {code, stdout} = await inFolder(t, {}, [
    'scenario',
    'iova-churn',
    '--dry-run',
    '--series',
    'upstream,gpa-map',
    '--repeat',
    '2',
  ]);
  t.is(code, 0);
  t.regex(stdout, /^base: Linux 6\.12 as packaged$/m);
  t.regex(stdout, /^trials, in this order: upstream#1 gpa-map#1 gpa-map#2 upstream#2$/m);
  t.regex(
    stdout,
    /^workload of the first: iova-churn --device \/dev\/vdmae0 --mode churn --mapping-pages 1 --live 4096 /m,
  );
  t.is(stdout.match(/^ {2}(l1|source|target): \S*qemu-system-x86_64 /gm)?.length, 6);
});

test('a dry run shows which QEMU runs L1: our own under TCG, the distribution’s under KVM', async t => {
  const shown = async (accel: string): Promise<string> => {
    const {stdout} = await inFolder(t, {}, ['scenario', 'iova-churn', '--dry-run', '--accel', accel]);
    return stdout;
  };
  const [auto, kvm] = [await shown('auto'), await shown('kvm')];
  t.regex(auto, /^build, where L1 runs under TCG: /m);
  t.regex(auto, /^ {2}l1: \S+\/store\/EMULATOR\/qemu-system-x86_64 .* -L \S+\/store\/EMULATOR\/firmware /m);
  t.notRegex(kvm, /TCG|EMULATOR/);
  t.regex(kvm, /^ {2}l1: qemu-system-x86_64 /m);
});

test('a dry run says what base was asked for', async t => {
  const {code, stdout} = await inFolder(t, {}, ['scenario', 'iova-churn', '--dry-run', '--base', '7.2']);
  t.is(code, 0);
  t.regex(stdout, /^base: Linux 7\.2 as packaged$/m);
});

test('a dry run under the virtual clock shows a sealed L1 of one processor, unless the user wants more', async t => {
  const argv = ['scenario', 'iova-churn', '--dry-run', '--series', 'upstream', '--clock', 'virtual'];
  const {code, stdout} = await inFolder(t, {}, argv);
  t.is(code, 0);
  t.regex(stdout, /^ {2}l1: .* -icount shift=\d,sleep=off .* -smp 1 .* -device ivshmem-plain,memdev=mailbox/m);
  t.regex((await inFolder(t, {}, [...argv, '--set', 'l1Cpus=2'])).stdout, /^ {2}l1: .* -smp 2 /m);
});

test('a dry run of a sweep shows its cells, and a machine again only where a cell changes it', async t => {
  const sweep = ['--set', 'liveMappings=[64, 128]', '--set', 'l1Cpus={from: 1, to: 2, times: 2}'];
  const {code, stdout} = await inFolder(t, {}, [
    'scenario',
    'iova-churn',
    '--dry-run',
    '--series',
    'upstream',
    ...sweep,
  ]);
  t.is(code, 0);
  t.regex(stdout, /^cells: 4$/m);
  t.regex(stdout, /^trials, in this order: upstream,liveMappings=64,l1Cpus=1#1 upstream,liveMappings=64,l1Cpus=2#1 /m);
  t.regex(stdout, /^workload of the first, liveMappings=128,l1Cpus=2: iova-churn .* --live 128 /m);
  t.deepEqual(stdout.match(/^upstream\S*(?= \(TCG)|^ {2}(l1|source|target)(?=:)/gm), [
    'upstream,liveMappings=64,l1Cpus=1',
    '  l1',
    '  source',
    '  target',
    'upstream,liveMappings=64,l1Cpus=2',
    '  l1',
  ]);
});

test('a dry run as JSON is one object with the lines of the plan', async t => {
  const {code, stdout} = await inFolder(t, {}, ['scenario', 'iova-churn', '--dry-run', '--json']);
  t.is(code, 0);
  const {plan} = JSON.parse(stdout) as {plan: string[]};
  t.true(plan.some(line => line.startsWith('trials, in this order: upstream#1 gpa-map#1')));
});

test('results that do not compare end with 3, and with 0 by force', async t => {
  const files = {
    'kvm.json': JSON.stringify(makeResult({accelerator: 'kvm'})),
    'tcg.json': JSON.stringify(makeResult()),
  };
  const refused = await inFolder(t, files, ['compare', 'kvm.json', 'tcg.json']);
  t.is(refused.code, 3);
  t.regex(refused.stdout, /^Not comparable:/);
  t.is((await inFolder(t, files, ['compare', '--force', 'kvm.json', 'tcg.json'])).code, 0);
});

test('a full disk is told to the user, and a reader that has seen enough is no error', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'a.json': JSON.stringify(makeResult())});
  const compare = `'${process.execPath}' '${path.join(root, 'harness/dist/main.js')}' compare a.json a.json`;
  const shell = (line: string) => execa('bash', ['-c', line], {cwd: folder, reject: false});
  const full = await shell(`${compare} > /dev/full`);
  t.regex(full.stderr, /^error: ENOSPC: no space left on device[^\n]*\nFree some space/);
  t.is(full.exitCode, 2);
  const read = await shell(`set -o pipefail; ${compare} | true`);
  t.is(read.stderr, '');
  t.is(read.exitCode, 0);
});

test('help is no error', async t => {
  const {code, stdout} = await inFolder(t, {}, ['scenario', '--help']);
  t.is(code, 0);
  t.regex(stdout, /--dry-run/);
});

test('the documents can be checked from anywhere', async t => {
  const {code, stdout} = await inFolder(t, {}, ['docs', '--check']);
  t.is(code, stdout === '' ? 0 : 1);
});
