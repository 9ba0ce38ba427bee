import {constants} from 'node:fs';
import {access, readFile} from 'node:fs/promises';
import {Deadline} from '../base/deadline.ts';
import {describeError, UserError} from '../base/errors.ts';
import {Scope} from '../base/scope.ts';
import type {Provenance} from '../result/schema.ts';
import {type BootContext, boot, failWhenEnded} from './boot.ts';
import type {Host} from './host.ts';
import type {Accelerator, MachineSpec} from './spec.ts';

/** What was found out about KVM on this machine. */
export type Probe = Provenance['acceleratorProbe'];

/** How long a probe guest may take to its login; where KVM works it needs about a second. */
const probeLimitMs = 20_000;

/** The line with which L1's init says that it is up, and whether its processor can run guests of its own. */
export const readyLine = /^harness: ready(?: nested=(yes|no))?/;

/** Finds out by booting `spec`, a machine under KVM, whether KVM really works here. The device file alone proves nothing. */
export async function probeKvm(host: Host, spec: MachineSpec, context: BootContext): Promise<Probe> {
  try {
    await access('/dev/kvm', constants.R_OK | constants.W_OK);
  } catch (error) {
    return {kvm: false, nested: null, reason: `/dev/kvm cannot be opened: ${describeError(error)}`};
  }
  try {
    await using scope = new Scope();
    using limit = new Deadline('the probe guest under KVM', probeLimitMs, context.signal);
    const machine = await boot(scope, host, {...spec, name: 'probe'}, context);
    const ended = failWhenEnded(machine);
    const [, nested] = await limit.race(Promise.race([machine.console.line(readyLine), ended]));
    return {kvm: true, nested: nested === 'yes', reason: 'a probe guest booted under KVM'};
  } catch (error) {
    context.signal.throwIfAborted();
    return {kvm: false, nested: null, reason: `a probe guest did not boot under KVM: ${describeError(error)}`};
  }
}

/**
 * Turns the probe into what L1 runs under.
 * @throws UserError where KVM works but lets L1 run no guests of its own: TCG would be a silent surprise there.
 */
export async function chooseAccelerator(probe: Probe): Promise<Accelerator> {
  if (!probe.kvm) return 'tcg';
  if (probe.nested) return 'kvm';
  const module = /\bsvm\b/.test(await readFile('/proc/cpuinfo', 'utf8')) ? 'kvm_amd' : 'kvm_intel';
  throw new UserError('KVM works here, but without nested virtualisation: L1 could run no L2', {
    hint: `As root, with no guest running: modprobe -r ${module} && modprobe ${module} nested=1. On a rented machine, ask for nested virtualisation. With --accel tcg it runs without KVM, slowly.`,
  });
}
