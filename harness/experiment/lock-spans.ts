import type {Span} from './spans.ts';
import type {TraceLine} from './trace-line.ts';

/** `iommu->lock` of a container of type1, or the big lock of a QEMU. */
export type LockName = 'iommu' | 'bql';

/** A lock that a thread had from one time to another, and when it had asked for it. */
export type LockSpan = Span & {readonly lock: LockName; readonly asked: number};

type Held = {readonly asked: number; readonly taken: number; readonly foundTaken?: true};

/**
 * Finds who had which lock, in a trace that `tracing: locks` of a scenario makes: mutexes that vfio_iommu_type1 takes, by
 * kprobes; when it got those it had to wait for, by include/trace/events/lock.h; those of QEMU, by its util/trace-events.
 */
export function lockSpans(lines: readonly TraceLine[]): LockSpan[] {
  const known = new Map([...findIommuLocks(lines), ...findBqls(lines)]);
  const held = new Map<string, Held>();
  const spans: LockSpan[] = [];
  for (const {event, text, thread, process, seconds} of lines) {
    const address = addressOf(event, text);
    const lock = address === undefined ? undefined : known.get(keyOf(event, process, address));
    if (lock === undefined) continue;
    const place = `${thread} ${address}`;
    const asked = held.get(place)?.asked ?? seconds;
    if (asks.has(event)) held.set(place, {asked: seconds, taken: seconds});
    else if (event === foundTaken) startWait(held, place, seconds);
    else if (gets.has(event)) held.set(place, {asked, taken: seconds});
    else if (held.has(place)) {
      spans.push({lock, process, thread, asked, from: held.get(place)!.taken, to: seconds});
      held.delete(place);
    }
  }
  return spans;
}

/** Whoever does not have to wait for a mutex of type1 has it as soon as it asks. Who has to, waits from finding it taken on. */
const asks = new Set(['type1_take', 'qemu_mutex_lock']);
const foundTaken = 'contention_begin';
const gets = new Set(['contention_end', 'qemu_mutex_locked']);

/**
 * Has a wait begin where the mutex is found taken: before that, something else may have kept the thread. Who spins, sleeps
 * and spins again finds it taken several times.
 */
function startWait(held: Map<string, Held>, place: string, seconds: number): void {
  const found = held.get(place)?.foundTaken;
  if (held.has(place) && !found) held.set(place, {asked: seconds, taken: seconds, foundTaken: true});
}

/** The mutex that a call to type1 takes first is its container's `iommu->lock`; others lie within that, or are of a series. */
function findIommuLocks(lines: readonly TraceLine[]): [string, LockName][] {
  const called = new Set<number>();
  const found = new Set<string>();
  for (const {event, text, thread} of lines) {
    if (/^vfio_type1_(map|unmap|dirty)_begin$/.test(event)) called.add(thread);
    if (event === 'type1_take' && called.delete(thread)) found.add(addressOf(event, text) ?? '');
  }
  return [...found].map(address => [address, 'iommu']);
}

/** Of QEMU's mutexes, the big one is that which system/cpus.c lets go. Each process has one. */
function findBqls(lines: readonly TraceLine[]): [string, LockName][] {
  return lines.flatMap(({event, text, process}) =>
    event === 'qemu_mutex_unlock' && /\bsystem\/cpus\.c:\d+\)$/.test(text)
      ? [[keyOf(event, process, addressOf(event, text) ?? ''), 'bql'] as [string, LockName]]
      : [],
  );
}

/** Tells a mutex from all others: those of the kernel by their address, those of a process by that and the process. */
function keyOf(event: string, process: number, address: string): string {
  return event.startsWith('qemu_') ? `${process} ${address}` : address;
}

/** The address in an event that is of a mutex; ftrace writes that of a contention without `0x`. */
function addressOf(event: string, text: string): string | undefined {
  return addressPatterns[event]?.exec(text)?.[1];
}

const [ofType1, ofQemu] = [/\block=0x([0-9a-f]+)/, /\bmutex 0x([0-9a-f]+)/];

const addressPatterns: Readonly<Record<string, RegExp>> = {
  type1_take: ofType1,
  type1_release: ofType1,
  contention_begin: /^([0-9a-f]+) /,
  contention_end: /^([0-9a-f]+) /,
  qemu_mutex_lock: ofQemu,
  qemu_mutex_locked: ofQemu,
  qemu_mutex_unlock: ofQemu,
};
