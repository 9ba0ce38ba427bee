import {type LockName, type LockSpan, lockSpans} from './lock-spans.ts';
import {byThread, overlap, type Span, spansOf, upon} from './spans.ts';
import type {TraceLine} from './trace-line.ts';

/** What the time of an operation is told apart by. */
export const shareNames = [
  'total',
  'kernel',
  'lockHeld',
  'lockWaited',
  'othersWaited',
  'othersWaits',
  'othersLongest',
  'bqlHeld',
  'bqlWaited',
] as const;

/**
 * Where the time of an operation went, in seconds. `kernel` is what calls to type1 took; in it `iommu->lock` was held and
 * waited for. Others that waited for it meanwhile, such as devices that write, are summed up; `othersWaits` is how many waits
 * that were, `othersLongest` what of the longest lies in the operation. QEMU's big lock may have been waited for before,
 * where the operation is the first that was done with it.
 */
export type Share = Readonly<Record<(typeof shareNames)[number], number>>;

/** Where the time of an average sync went, and of an average unmap in pre-copy. */
export type Breakdown = {readonly sync: Share; readonly unmap: Share | undefined};

/** The process that a migration is of, and its time. */
export type MigrationSpan = Omit<Span, 'thread'>;

/** Reads the locks of a whole trace, for all of its migrations. Where it has none, migrations have no breakdown. */
export function breakdowns(lines: readonly TraceLine[]): (migration: MigrationSpan) => Breakdown | undefined {
  const locks = lockSpans(lines);
  if (locks.length === 0) return () => undefined;
  const shareOf = sharing(locks, spansOf(lines, /^vfio_type1_\w+_begin$/, /^vfio_type1_\w+_end$/));
  const syncs = spansOf(lines, /^migration_bitmap_sync_start$/, /^migration_bitmap_sync_end$/);
  const unmaps = spansOf(lines, /^vfio_legacy_dma_unmap_begin$/, /^vfio_legacy_dma_unmap_end$/);
  return migration => {
    const isOwn = (one: Span): boolean =>
      one.process === migration.process && one.from >= migration.from && one.to <= migration.to;
    const sync = mean(syncs.filter(isOwn).map(shareOf));
    return sync && {sync, unmap: mean(unmaps.filter(isOwn).map(shareOf))};
  };
}

function sharing(locks: readonly LockSpan[], calls: readonly Span[]): (operation: Span) => Share {
  const named = (name: LockName): LockSpan[] => locks.filter(({lock}) => lock === name);
  const waits = named('iommu')
    .map(one => ({...one, from: one.asked, to: one.from}))
    .filter(({from, to}) => from < to);
  const [called, waited, iommu, bql] = [
    byThread(calls),
    byThread(waits),
    byThread(named('iommu')),
    byThread(named('bql')),
  ];
  const credited = new Set<LockSpan>();
  return operation => {
    const {thread} = operation;
    const own = <T extends Span>(spans: ReadonlyMap<number, readonly T[]>): T[] =>
      upon(spans.get(thread) ?? [], operation);
    const big = own(bql);
    const waitedFor = big.filter(one => !credited.has(one));
    for (const one of waitedFor) credited.add(one);
    const others = waits.flatMap(one => (one.thread === thread ? [] : overlap(one, operation) || []));
    return {
      total: operation.to - operation.from,
      kernel: sum(own(called), one => overlap(one, operation)),
      lockHeld: sum(own(iommu), one => overlap(one, operation)),
      lockWaited: sum(own(waited), one => overlap(one, operation)),
      othersWaited: sum(others, seconds => seconds),
      othersWaits: others.length,
      othersLongest: others.reduce((longest, seconds) => Math.max(longest, seconds), 0),
      bqlHeld: sum(big, one => overlap(one, operation)),
      bqlWaited: sum(waitedFor, one => one.from - one.asked),
    };
  };
}

function mean(shares: readonly Share[]): Share | undefined {
  if (shares.length === 0) return undefined;
  const means = shareNames.map(name => [name, sum(shares, share => share[name]) / shares.length]);
  return Object.fromEntries(means) as Share;
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
