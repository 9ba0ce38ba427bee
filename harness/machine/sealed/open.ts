import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {wallClock} from '../../base/clock.ts';
import {Deadline} from '../../base/deadline.ts';
import type {Scope} from '../../base/scope.ts';
import type {Host, Running} from '../host.ts';
import {Qmp} from '../qmp.ts';
import type {MachineSpec, Network} from '../spec.ts';
import {Mailbox} from './mailbox.ts';
import {MailboxFile} from './mailbox-file.ts';
import {type SavedGuest, SealedGuest} from './sealed-guest.ts';
import type {VirtualClock} from './virtual-clock.ts';

/** How long QEMU may take to answer at the monitor that tells of calls, in ms. It answers at once. */
const monitorLimitMs = 15_000;

/** A machine that is sealed off: its QEMU is yet to be started. */
export type SealedSpec = MachineSpec & {readonly network: Extract<Network, {kind: 'sealed'}>};

/** A sealed machine: its guest, and what hands its calls over. */
export type Sealed = {
  readonly guest: SealedGuest;
  readonly mailbox: Mailbox;
  /** What ran in it when it was saved. */
  readonly programs: Running[];
};

/** Makes the mailbox of a machine, and tells its QEMU of it. The scope removes it. */
export async function seal(scope: Scope, spec: MachineSpec): Promise<{spec: SealedSpec; file: MailboxFile}> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'harness-sealed-'));
  scope.defer(`remove ${folder}`, () => rm(folder, {recursive: true, force: true}));
  const sealed = sealedIn(folder, spec);
  const file = new MailboxFile(sealed.network.mailbox);
  scope.defer('close the mailbox', () => file.close());
  return {spec: sealed, file};
}

/** A machine whose mailbox, and the monitor that tells of its calls, are in a folder. */
export function sealedIn(folder: string, spec: MachineSpec): SealedSpec {
  const monitor = `unix:${path.join(folder, 'calls.qmp')}` as const;
  return {...spec, network: {kind: 'sealed', mailbox: path.join(folder, 'mailbox'), monitor}};
}

/** Answers the calls of a machine whose QEMU is up, and gives access to what runs in it. The scope ends it. */
export async function openSealed(
  scope: Scope,
  host: Host,
  {name, network}: SealedSpec,
  file: MailboxFile,
  clock: VirtualClock,
  saved?: SavedGuest,
): Promise<Sealed> {
  using limit = new Deadline(`${name}: the monitor of its calls`, monitorLimitMs, undefined, wallClock);
  const stream = await limit.race(host.connect(network.monitor));
  const qmp = await Qmp.attach(`${name}'s calls`, stream, () => {}, limit);
  await rm(network.mailbox); // Both sides have it open, and nothing is left of it when both are killed.
  const guest = new SealedGuest(name, command => mailbox.send(command));
  const programs = saved ? guest.takeOver(saved) : [];
  const mailbox = scope.use(`the mailbox of ${name}`, new Mailbox(file, qmp, clock, guest));
  return {guest, mailbox, programs};
}
