import {createWriteStream} from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import {Deadline, pause, TimedOut} from '../base/deadline.ts';
import {describeError} from '../base/errors.ts';
import type {Emit} from '../base/events.ts';
import type {Scope} from '../base/scope.ts';
import {Console} from './console.ts';
import type {Host, Running} from './host.ts';
import {qemuArgv} from './qemu-args.ts';
import {Qmp} from './qmp.ts';
import type {Endpoint, MachineSpec} from './spec.ts';

/** A running QEMU, with its monitor and its console. */
export type Machine = {
  readonly spec: MachineSpec;
  /** Where its monitor listens. */
  readonly endpoint: Endpoint;
  readonly qmp: Qmp;
  readonly console: Console;
  /** Settles, with how, when QEMU has ended. */
  readonly exited: Promise<string>;
  /** What QEMU itself complained about so far. */
  readonly complaints: readonly string[];
  /** Ends QEMU, and waits until it is gone. */
  end(): Promise<void>;
};

/** A machine whose QEMU was started, but whose monitor may not have answered yet. */
export type StartedMachine = Omit<Machine, 'qmp'>;

/** A QEMU that ended, or never got up. Carries its own last words. */
export class MachineFailed extends Error {
  override readonly name = 'MachineFailed';
}

/** What a boot needs of the run around it. */
export type BootContext = {
  /** Folder that gets `<name>.console.log` and `<name>.qemu.log`. */
  readonly logs: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Learns of each machine as soon as its QEMU is started: what its kernel then says counts, whether it gets up or not. */
  readonly onStart?: (machine: StartedMachine) => void;
};

/** How long a QEMU may take until its monitor answers, in ms. */
const defaultMonitorLimitMs = 15_000;

/**
 * Starts a machine's QEMU on a host; ready when its monitor answers. The scope ends it.
 * @throws MachineFailed at once when QEMU ends, with what it said.
 */
export async function boot(
  scope: Scope,
  host: Host,
  spec: MachineSpec,
  context: BootContext,
  monitorLimitMs = defaultMonitorLimitMs,
): Promise<Machine> {
  using limit = new Deadline(`${spec.name}: QEMU's monitor`, monitorLimitMs, context.signal);
  const endpoint = await host.newEndpoint(spec.name);
  const running = await limit.race(host.start(qemuArgv(spec, endpoint)));
  return await takeOver(scope, host, {spec, endpoint, running}, context, limit);
}

/** A QEMU on a host, whose monitor listens at an endpoint. */
export type RunningQemu = {readonly spec: MachineSpec; readonly endpoint: Endpoint; readonly running: Running};

/**
 * Makes a machine of a QEMU that was started; ready when its monitor answers. The scope ends it.
 * @throws MachineFailed at once when QEMU ends, with what it said.
 */
export async function takeOver(
  scope: Scope,
  host: Host,
  {spec, endpoint, running}: RunningQemu,
  context: BootContext,
  limit: Deadline,
): Promise<Machine> {
  const {name} = spec;
  const end = (): Promise<void> => stop(name, running);
  scope.defer(`stop ${name}`, end);
  const console = new Console(name, running.stdout, path.join(context.logs, `${name}.console.log`), context.emit);
  const complaints = collectComplaints(running, path.join(context.logs, `${name}.qemu.log`));

  const begun = {spec, endpoint, console, exited: running.exited, complaints, end};
  context.onStart?.(begun);
  const ended = failWhenEnded(begun);
  const qmp = await Promise.race([attach(name, host, endpoint, context.emit, limit), ended]);
  scope.use(`${name}'s monitor`, qmp);
  return {...begun, qmp};
}

/**
 * Rejects as soon as the machine's QEMU ends; to be raced with what is waited for. Says what QEMU complained of and
 * what the kernel reported, if it reported a fault.
 */
export function failWhenEnded({spec, console, exited, complaints}: StartedMachine): Promise<never> {
  const failed = exited.then(how => {
    const words = [how, ...complaints, ...console.splats.slice(0, 1)];
    throw new MachineFailed(`${spec.name}: QEMU ended: ${words.join('; ')}`);
  });
  failed.catch(() => {}); // Where nothing is waited for, the end of a machine is no failure.
  return failed;
}

/** Tries until QEMU listens; a machine that ends instead is noticed by the caller. */
async function attach(
  name: string,
  host: Host,
  endpoint: Parameters<Host['connect']>[0],
  emit: Emit,
  limit: Deadline,
): Promise<Qmp> {
  let last: unknown;
  while (!limit.signal.aborted) {
    try {
      return await Qmp.attach(name, await host.connect(endpoint), emit, limit);
    } catch (error) {
      last = error;
      await pause(50, limit.signal).catch(() => {}); // The loop's head sees that time is over.
    }
  }
  if (!(limit.signal.reason instanceof TimedOut)) throw limit.signal.reason;
  throw new MachineFailed(`${describeError(limit.signal.reason)}; the last try: ${describeError(last)}`);
}

function collectComplaints(running: Running, file: string): string[] {
  const complaints: string[] = [];
  running.stderr.pipe(createWriteStream(file, {flags: 'a'}));
  const lines = readline.createInterface({input: running.stderr});
  lines.on('error', () => {}); // The end of the machine is seen by whoever waits for its exit.
  lines.on('line', line => {
    if (line.trim() !== '') complaints.push(line);
  });
  return complaints;
}

async function stop(name: string, running: Running): Promise<void> {
  running.kill();
  using limit = new Deadline(`${name}: QEMU's end`, 5000);
  await limit.race(running.exited);
}
