import type {Span} from './spans.ts';
import type {TraceLine} from './trace-line.ts';

/** `iommu->lock` of a container of type1, or the big lock of a QEMU. */
export type LockName = 'iommu' | 'bql';

/** A lock that a thread had from one time to another, and when it had asked for it. */
export type LockSpan = Span & {readonly lock: LockName; readonly asked: number};

type Held = {readonly lock: LockName; readonly asked: number; taken: number; contended?: string};

/**
 * Finds who had which lock, in a trace that `tracing: locks` of a scenario makes: mutexes that vfio_iommu_type1 takes, by
 * kprobes; how long it waited for them, by include/trace/events/lock.h; those of QEMU, by its util/trace-events.
 */
export function lockSpans(lines: readonly TraceLine[]): LockSpan[] {
  const known = new Map([...findIommuLocks(lines), ...findBqls(lines)]);
  const held = new Map<string, Held>();
  const asking = new Map<number, Held>();
  const spans: LockSpan[] = [];
  for (const {event, text, thread, process, seconds} of lines) {
    const address = addressOf(event, text);
    const lock = known.get(keyOf(event, process, address));
    const place = `${thread} ${address}`;
    const latest = asking.get(thread);
    if (lock !== undefined && asks.has(event)) {
      held.set(place, {lock, asked: seconds, taken: seconds});
      asking.set(thread, held.get(place)!);
    } else if (lock !== undefined && event === 'qemu_mutex_locked') {
      held.set(place, {lock, asked: held.get(place)?.asked ?? seconds, taken: seconds});
    } else if (lock !== undefined && releases.has(event)) {
      const {asked, taken} = held.get(place) ?? {};
      if (asked !== undefined && taken !== undefined)
        spans.push({lock, process, thread, asked, from: taken, to: seconds});
      held.delete(place);
      asking.delete(thread);
    } else if (event === 'contention_begin' && latest && latest.contended === undefined && text.includes('MUTEX')) {
      latest.contended = firstWord(text);
    } else if (event === 'contention_end' && latest && latest.contended === firstWord(text)) {
      latest.taken = seconds;
    }
  }
  return spans;
}

const asks = new Set(['type1_take', 'qemu_mutex_lock']);
const releases = new Set(['type1_release', 'qemu_mutex_unlock']);

/** The mutex that a call to type1 takes first is its container's `iommu->lock`; others lie within that, or are of a series. */
function findIommuLocks(lines: readonly TraceLine[]): [string, LockName][] {
  const called = new Set<number>();
  const found = new Set<string>();
  for (const {event, text, thread} of lines) {
    if (/^vfio_type1_(map|unmap|dirty)_begin$/.test(event)) called.add(thread);
    if (event === 'type1_take' && called.delete(thread)) found.add(keyOf(event, 0, addressOf(event, text)));
  }
  return [...found].map(key => [key, 'iommu']);
}

/** Of QEMU's mutexes, the big one is that which system/cpus.c lets go. Each process has one. */
function findBqls(lines: readonly TraceLine[]): [string, LockName][] {
  return lines.flatMap(({event, text, process}) =>
    event === 'qemu_mutex_unlock' && /\bsystem\/cpus\.c:\d+\)$/.test(text)
      ? [[keyOf(event, process, addressOf(event, text)), 'bql'] as [string, LockName]]
      : [],
  );
}

/** Tells a mutex from all others: those of the kernel by their address, those of a process by that and the process. */
function keyOf(event: string, process: number, address: string): string {
  return event.startsWith('qemu_') ? `${process} ${address}` : address;
}

function addressOf(event: string, text: string): string {
  const pattern = event.startsWith('qemu_') ? /\bmutex (0x[0-9a-f]+)/ : /\block=(0x[0-9a-f]+)/;
  return pattern.exec(text)?.[1] ?? '';
}

function firstWord(text: string): string {
  return text.split(' ', 1)[0]!;
}
