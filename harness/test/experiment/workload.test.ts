import {PassThrough} from 'node:stream';
import test from 'ava';
import {Deadline} from '../../base/deadline.ts';
import type {Event} from '../../base/events.ts';
import {Scope} from '../../base/scope.ts';
import {senderArgv, Workload, WorkloadFailed, workloadArgv} from '../../experiment/workload.ts';
import type {Host, Running} from '../../machine/host.ts';
import {iovaChurn} from '../fakes/scenario.ts';

const ready = '{"event":"ready","live":4,"pages":8}';
const oracle = {checked: 8, lost: 0, first: []};

test('the tool’s command line comes from the scenario, and the seed from the trial', async t => {
  const scenario = await iovaChurn('liveMappings=64', 'pattern=sequential', 'mode=alias', 'devices=2');
  const argv =
    'iova-churn --device /dev/vdmae0 --device /dev/vdmae1 --mode alias --mapping-pages 1 --live 64 --pages 16384 --seed 9 --pattern sequential --bytes 4096 --queue-depth 1';
  t.is(workloadArgv(scenario, 9).join(' '), argv);
});

test('the tool is told where pages of a mapping are scattered', async t => {
  const scenario = await iovaChurn('mappingPages=2', 'mappingMemory=scattered');
  t.regex(workloadArgv(scenario, 1).join(' '), / --mapping-pages 2 --scattered --live 4096 /);
});

test('behind vhost a receiver runs, which holds what the scenario says in all but the first flow', async t => {
  const scenario = await iovaChurn('workload=vhost-net', 'liveMappings=401');
  t.is(workloadArgv(scenario, 9).join(' '), 'flow-receiver --flows 5 --hold 101');
  t.is(senderArgv.join(' '), 'flow-sender --to 192.168.78.2 --flows 5');
});

/** A program whose output the test says, on a host that starts nothing else. */
async function start(scope: Scope, ...lines: string[]) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const program = {isKilled: false, end: (_: string): void => {}};
  const exited = new Promise<string>(resolve => {
    program.end = resolve;
  });
  const kill = (): void => {
    program.isKilled = true;
  };
  const running: Running = {stdin, stdout, stderr, exited, kill};
  const host = {name: 'l2', start: async () => running} as unknown as Host;
  const say = (...more: string[]): void => void stdout.write(more.map(line => `${line}\n`).join(''));
  say(...lines);
  const events: Event[] = [];
  const limit = new Deadline('the workload', 30_000);
  scope.defer('end the deadline', () => limit[Symbol.dispose]());
  const starting = Workload.start(scope, host, ['iova-churn'], event => events.push(event), limit);
  return {starting, say, program, limit, events, stderr, stdin};
}

test('a workload is ready when its live set is mapped, and ends with its scope', async t => {
  const scope = new Scope();
  const {starting, program, events} = await start(scope, ready);
  await starting;
  t.deepEqual(events, [{kind: 'workload', message: {event: 'ready', live: 4, pages: 8}}]);
  t.false(program.isKilled);
  await scope[Symbol.asyncDispose]();
  t.true(program.isKilled);
});

test('a message is found whether it came before or comes later', async t => {
  await using scope = new Scope();
  const {starting, say, limit} = await start(scope, ready, `{"event":"switchover","oracle":${JSON.stringify(oracle)}}`);
  const workload = await starting;
  const marked = workload.wait('marked', limit);
  t.deepEqual((await workload.wait('switchover', limit)).oracle, oracle);
  say('{"event":"marked","phase":"migration"}');
  t.is((await marked).phase, 'migration');
});

test('a message is taken by whoever waits for it, so that the next of its kind is another', async t => {
  await using scope = new Scope();
  const {starting, say, limit} = await start(scope, ready, '{"event":"marked","phase":"there"}');
  const workload = await starting;
  const phases = [workload.wait('marked', limit), workload.ask('mark back', 'marked', limit)];
  say('{"event":"marked","phase":"back"}');
  t.deepEqual(
    (await Promise.all(phases)).map(({phase}) => phase),
    ['there', 'back'],
  );
});

test('commands go to the tool as lines', async t => {
  await using scope = new Scope();
  const {starting, stdin} = await start(scope, ready);
  const workload = await starting;
  workload.send('start');
  workload.send('mark migration');
  t.is(String(stdin.read()), 'start\nmark migration\n');
});

const fails = test.macro(async (t, line: string, message: string | RegExp) => {
  await using scope = new Scope();
  const {starting, say, limit} = await start(scope, ready);
  const workload = await starting;
  const waiting = workload.wait('stopped', limit);
  say(line);
  await t.throwsAsync(waiting, {instanceOf: WorkloadFailed, message});
  await t.throwsAsync(workload.wait('marked', limit), {instanceOf: WorkloadFailed, message});
});

test('an error of the tool is the failure', fails, '{"event":"error","message":"page 7: EIO"}', 'page 7: EIO');
test('garbage is a failure', fails, 'Segmentation fault', /^not a line of the workload's protocol: Segmentation fault/);
test('an unknown message is a failure', fails, '{"event":"hello"}', /^not a line of the workload's protocol: /);
test('a message that lacks a field is a failure', fails, '{"event":"switchover"}', /^not a line of the workload's/);

test('a tool that ends early fails with its last words', async t => {
  await using scope = new Scope();
  const {starting, program, limit, stderr} = await start(scope, ready);
  const workload = await starting;
  stderr.write('out of memory\n');
  program.end('signal SIGKILL');
  await t.throwsAsync(workload.wait('stopped', limit), {
    instanceOf: WorkloadFailed,
    message: 'the workload ended: signal SIGKILL out of memory',
  });
});

test('a tool that never gets ready fails', async t => {
  await using scope = new Scope();
  const {starting, program} = await start(scope);
  program.end('exit code 1');
  await t.throwsAsync(starting, {message: 'the workload ended: exit code 1'});
});

test('what the tool said before it ended is not lost', async t => {
  await using scope = new Scope();
  const {starting, say, program, limit} = await start(scope, ready);
  const workload = await starting;
  say('{"event":"started"}');
  program.end('exit code 0');
  t.is((await workload.wait('started', limit)).event, 'started');
});

test('a tool that says nothing is given up', async t => {
  await using scope = new Scope();
  const {starting} = await start(scope, ready);
  const workload = await starting;
  using short = new Deadline('the report', 40);
  await t.throwsAsync(workload.wait('stopped', short), {message: /^the report: no answer/});
});
