import test from 'ava';
import {inFolder} from '../cli.ts';
import {makeResult} from '../fakes/result.ts';
import {iovaChurn} from '../fakes/scenario.ts';

test('a dry run shows the plan and every command line, and starts and writes nothing', async t => {
  const {exitCode, stdout} = await inFolder(t, {}, [
    'scenario',
    'iova-churn',
    '--dry-run',
    '--series',
    'upstream,gpa-map',
    '--repeat',
    '2',
  ]);
  t.is(exitCode, 0);
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
  const {exitCode, stdout} = await inFolder(t, {}, ['scenario', 'iova-churn', '--dry-run', '--base', '7.2']);
  t.is(exitCode, 0);
  t.regex(stdout, /^base: Linux 7\.2 as packaged$/m);
});

test('a dry run under the virtual clock shows a sealed L1 of one processor, unless the user wants more', async t => {
  const argv = ['scenario', 'iova-churn', '--dry-run', '--series', 'upstream', '--clock', 'virtual'];
  const {exitCode, stdout} = await inFolder(t, {}, argv);
  t.is(exitCode, 0);
  t.regex(stdout, /^ {2}l1: .* -icount shift=\d,sleep=off .* -smp 1 .* -device ivshmem-plain,memdev=mailbox/m);
  t.regex((await inFolder(t, {}, [...argv, '--set', 'l1Cpus=2'])).stdout, /^ {2}l1: .* -smp 2 /m);
});

test('a dry run says where trials start from a saved L1', async t => {
  const argv = ['scenario', 'iova-churn', '--dry-run', '--series', 'upstream'];
  const says = async (...more: string[]): Promise<boolean> =>
    /^the first 12 of a series start from a saved L1/m.test((await inFolder(t, {}, [...argv, ...more])).stdout);
  t.true(await says('--clock', 'virtual'));
  t.false(await says('--clock', 'virtual', '--boot'));
  t.false(await says());
  t.true(await says('--fork'));
});

test('a dry run of a sweep shows its cells, and a machine again only where a cell changes it', async t => {
  const sweep = ['--set', 'liveMappings=[64, 128]', '--set', 'l1Cpus={from: 1, to: 2, times: 2}'];
  const {exitCode, stdout} = await inFolder(t, {}, [
    'scenario',
    'iova-churn',
    '--dry-run',
    '--series',
    'upstream',
    ...sweep,
  ]);
  t.is(exitCode, 0);
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
  const {exitCode, stdout} = await inFolder(t, {}, ['scenario', 'iova-churn', '--dry-run', '--json']);
  t.is(exitCode, 0);
  const {plan} = JSON.parse(stdout) as {plan: string[]};
  t.true(plan.some(line => line.startsWith('trials, in this order: upstream#1 gpa-map#1')));
});

test('a dry run of a run that goes on shows L1 under the clock of that run', async t => {
  const files = {
    'upstream.json': JSON.stringify(makeResult({clock: 'virtual', scenario: await iovaChurn(), metrics: []})),
  };
  const argv = ['scenario', 'iova-churn', '--dry-run', '--continue', '.'];
  const {exitCode, stdout, stderr} = await inFolder(t, files, argv);
  t.is(exitCode, 0, stderr);
  t.regex(stdout, /^ {2}l1: .* -icount shift=\d,sleep=off /m);
});

test('a run goes on with trials that start as its own did', async t => {
  const scenario = await iovaChurn();
  const booted = {'upstream.json': JSON.stringify(makeResult({scenario, metrics: []}))};
  const trials = makeResult().trials.map(trial => ({...trial, startedFrom: 'saved-l1-1'}));
  const forked = {'upstream.json': JSON.stringify(makeResult({scenario, metrics: [], trials}))};
  const goOn = (files: Record<string, string>, ...more: string[]) =>
    inFolder(t, files, ['scenario', 'iova-churn', '--dry-run', '--continue', '.', ...more]);
  t.regex((await goOn(forked)).stdout, /^the first 12 of a series start from a saved L1/m);
  const refused = [await goOn(forked, '--boot'), await goOn(booted, '--fork')];
  t.deepEqual(
    refused.map(({exitCode}) => exitCode),
    [3, 3],
  );
  t.regex(refused[0]!.stderr, /its trials started from a saved L1\n.*Leave --boot and --keep out/);
  t.regex(refused[1]!.stderr, /its trials booted\n.*Leave --fork out/);
});

test('trials cannot both boot and start from a saved L1', async t => {
  const {exitCode, stderr} = await inFolder(t, {}, ['scenario', 'iova-churn', '--dry-run', '--fork', '--boot']);
  t.is(exitCode, 2);
  t.regex(stderr, /'--fork' cannot be used with option '--boot'/);
});
