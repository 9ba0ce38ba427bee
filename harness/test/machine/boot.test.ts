import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {distributionsQemu} from '../../build/emulator.ts';
import {l1Spec} from '../../experiment/machines.ts';
import {type BootContext, boot, MachineFailed} from '../../machine/boot.ts';
import {LocalHost} from '../../machine/local-host.ts';
import type {MachineSpec} from '../../machine/spec.ts';
import {makeFakeQemu} from '../fakes/qemu.ts';
import {iovaChurn} from '../fakes/scenario.ts';
import {temporaryFolder} from '../folder.ts';

async function prepare(scope: Scope, ...cmdline: string[]) {
  const folder = await temporaryFolder(scope, {});
  const spec: MachineSpec = {
    ...l1Spec(await iovaChurn(), 'tcg', '/k', '/i', distributionsQemu),
    qemu: await makeFakeQemu(folder),
    cmdline,
  };
  const interrupt = new AbortController();
  const context: BootContext = {logs: folder, emit: () => {}, signal: interrupt.signal};
  const machines = new Scope();
  scope.defer('end the machines', () => machines[Symbol.asyncDispose]());
  return {folder, spec, context, interrupt, machines, host: new LocalHost(folder)};
}

test('a machine has a monitor and a console, and ends with its scope', async t => {
  await using scope = new Scope();
  const {folder, spec, context, machines, host} = await prepare(scope, 'port=2222');
  const machine = await boot(machines, host, spec, context);
  t.is((await machine.console.line(/ready nested=(\w+)/))[1], 'yes');
  const table = await machine.qmp.execute('human-monitor-command', {'command-line': 'info usernet'});
  t.regex(String(table), / 2222 /);
  t.is(await Promise.race([machine.exited, 'running']), 'running');
  await machines[Symbol.asyncDispose]();
  t.is(await machine.exited, 'signal SIGKILL');
  const log = await readFile(path.join(folder, 'l1.console.log'), 'utf8');
  t.regex(log, /^SeaBIOS \(version 1\.16\)\r\nharness: ready nested=yes\r\n/);
});

test('a QEMU that refuses its arguments fails at once, with its own words', async t => {
  await using scope = new Scope();
  const {spec, context, machines, host} = await prepare(scope, 'refuse');
  await t.throwsAsync(boot(machines, host, spec, context), {
    instanceOf: MachineFailed,
    message: 'l1: QEMU ended: exit code 1; qemu-system-x86_64: -device nonsense: no such device',
  });
});

test('a QEMU that does not exist fails at once', async t => {
  await using scope = new Scope();
  const {spec, context, machines, host} = await prepare(scope);
  await t.throwsAsync(boot(machines, host, {...spec, qemu: '/none/qemu'}, context), {
    instanceOf: MachineFailed,
    message: /^l1: QEMU ended: exit code 127; setpriv: failed to execute \/none\/qemu/,
  });
});

test('a QEMU that never opens its monitor is given up, with the last try', async t => {
  await using scope = new Scope();
  const {spec, context, machines, host} = await prepare(scope, 'mute');
  await t.throwsAsync(boot(machines, host, spec, context, 400), {
    instanceOf: MachineFailed,
    message: /^l1: QEMU's monitor: no answer within 0\.4 s; the last try: connect ENOENT/,
  });
});

test('a QEMU that says nothing on its monitor is given up', async t => {
  await using scope = new Scope();
  const {spec, context, machines, host} = await prepare(scope, 'deaf');
  await t.throwsAsync(boot(machines, host, spec, context, 1500), {
    instanceOf: MachineFailed,
    message: /^l1: QEMU's monitor: no answer within 1\.5 s/,
  });
});

test('an interrupt ends the wait for the monitor, and is not taken for a failure', async t => {
  await using scope = new Scope();
  const {spec, context, interrupt, machines, host} = await prepare(scope, 'mute');
  setTimeout(() => interrupt.abort(new Error('interrupted')), 100);
  await t.throwsAsync(boot(machines, host, spec, context), {message: 'interrupted'});
});

test('the end of a QEMU is noticed by whoever talks to it', async t => {
  await using scope = new Scope();
  const {spec, context, machines, host} = await prepare(scope);
  const machine = await boot(machines, host, spec, context);
  await t.throwsAsync(machine.qmp.execute('quit'), {message: /connection was lost/});
  t.is(await machine.exited, 'exit code 0');
});
