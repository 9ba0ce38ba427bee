import {currentClock, onClock, wallClock} from '../base/clock.ts';
import {Deadline} from '../base/deadline.ts';
import type {Scope} from '../base/scope.ts';
import {type BootContext, boot} from '../machine/boot.ts';
import type {Host, Running} from '../machine/host.ts';
import {loadState} from '../machine/saved.ts';
import {openSealed, type Sealed, seal} from '../machine/sealed/open.ts';
import {VirtualClock} from '../machine/sealed/virtual-clock.ts';
import type {MachineSpec} from '../machine/spec.ts';
import type {Watch} from '../machine/watch.ts';
import {type L1, type SavedSealed, untilReady} from './l1.ts';

/** How long L1 may go on until it comes to a call in which it can be saved, in ms of this machine's time. */
const quietLimitMs = 60_000;

/** Boots an L1 that is reached by its mailbox alone, and whose clock is that of the work that is going on. */
export async function bootSealed(
  scope: Scope,
  host: Host,
  spec: MachineSpec,
  watch: Watch,
  context: BootContext,
): Promise<L1> {
  const clock = currentVirtualClock(spec);
  const sealed = await seal(scope, spec);
  // Until its QEMU is up, L1 has no time.
  const machine = await onClock(wallClock, () => boot(scope, host, sealed.spec, context));
  const opened = await openSealed(scope, host, sealed.spec, sealed.file, clock);
  watch.fearing(opened.guest.gone);
  await watch.during(() => untilReady(machine, context));
  const {guest} = opened;
  const lose = (): void => guest.lost(new Error('L1 was ended'));
  return {machine, port: null, guest, nest: guest, standStill: signal => standStill(opened, signal), lose};
}

/** Opens an L1 that was saved into a file, and gives the programs that run in it. */
export async function reopenSealed(
  scope: Scope,
  host: Host,
  spec: MachineSpec,
  {file, l1}: {readonly file: string; readonly l1: SavedSealed},
  watch: Watch,
  context: BootContext,
): Promise<{l1: L1; programs: Running[]}> {
  const clock = currentVirtualClock(spec);
  clock.advance(BigInt(l1.nowNs));
  const sealed = await seal(scope, {...spec, incoming: true});
  const machine = await onClock(wallClock, async () => {
    const waiting = await boot(scope, host, sealed.spec, context);
    await loadState(waiting, file, context.signal);
    return waiting;
  });
  const opened = await openSealed(scope, host, sealed.spec, sealed.file, clock, l1.guest);
  watch.fearing(opened.guest.gone);
  const {guest, programs} = opened;
  return {l1: {machine, port: null, guest, nest: guest}, programs};
}

/** Leaves a call unanswered: from then on L1 stands still. */
async function standStill({mailbox, guest}: Sealed, signal: AbortSignal): Promise<SavedSealed> {
  using limit = new Deadline('l1: a call in which nothing happens', quietLimitMs, signal, wallClock);
  const nowNs = await limit.race(mailbox.holdCall());
  return {clock: 'virtual', nowNs: String(nowNs), guest: guest.saved};
}

function currentVirtualClock({name}: MachineSpec): VirtualClock {
  const clock = currentClock();
  if (!(clock instanceof VirtualClock)) throw new Error(`${name} is sealed, and its clock is not a virtual one`);
  return clock;
}
