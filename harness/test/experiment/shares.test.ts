import test from 'ava';
import {breakdowns, type Share} from '../../experiment/shares.ts';
import {parseTraceLine, type TraceLine} from '../../experiment/trace-line.ts';

const [migration, vcpu, device] = [71, 72, 90];
const [iommu, list, big, other] = ['0xff01', '0xff02', '0x5501', '0x5502'];

/** A line of a thread as L1 writes it; times in ms. The device's thread is one of the kernel's. */
function line(ms: number, thread: number, event: string): string {
  const process = thread === device ? device : 64;
  return `  some thread-${thread}      (${String(process).padStart(7)}) [000] .....    ${(10 + ms / 1000).toFixed(6)}: ${event}`;
}

const mark = (ms: number, thread: number, text: string): string => line(ms, thread, `tracing_mark_write: ${text}`);
const take = (ms: number, thread: number, lock = iommu): string =>
  line(
    ms,
    thread,
    `type1_take: (mutex_lock+0x0/0x30) lock=${lock} from="vfio_dma_do_unmap+0x5a/0x4f0 [vfio_iommu_type1]"`,
  );
const release = (ms: number, thread: number, lock = iommu): string =>
  line(ms, thread, `type1_release: (mutex_unlock+0x0/0x30) lock=${lock} from="vfio_dma_do_unmap+0x9a/0x4f0"`);
const got = (ms: number, thread: number, lock = iommu): string =>
  line(ms, thread, `contention_end: ${lock.slice(2)} (ret=0)`);
const foundTaken = (ms: number, thread: number, flags = 'SPIN|MUTEX'): string =>
  line(ms, thread, `contention_begin: ${iommu.slice(2)} (flags=${flags})`);
const lockBig = (asked: number, taken: number, thread: number): string[] => [
  mark(asked, thread, `qemu_mutex_lock waiting on mutex ${big} (../migration/ram.c:3289)`),
  mark(taken, thread, `qemu_mutex_locked taken mutex ${big} (../migration/ram.c:3289)`),
];
const unlockBig = (ms: number, thread: number): string =>
  mark(ms, thread, `qemu_mutex_unlock released mutex ${big} (../system/cpus.c:521)`);
const query = (begin: number, end: number, inside: string[], thread = migration): string[] => [
  line(begin, thread, 'vfio_type1_dirty_begin: flags=0x8 iova=0x0 size=0x1000'),
  ...inside,
  line(end, thread, 'vfio_type1_dirty_end: flags=0x8 iova=0x0 size=0x1000 bitmap_bytes=8 dirty=1 entries=9 ret=0'),
];
const unmap = (begin: number, end: number, inside: string[]): string[] => [
  mark(begin, vcpu, 'vfio_legacy_dma_unmap_begin iova 0x1000 size 0x1000 bitmap 1'),
  line(begin + 1, vcpu, 'vfio_type1_unmap_begin: iova=0x1000 size=0x1000 flags=0x1'),
  ...inside,
  line(end - 1, vcpu, 'vfio_type1_unmap_end: iova=0x1000 size=0x1000 flags=0x1 ret=0'),
  mark(end, vcpu, 'vfio_legacy_dma_unmap_end iova 0x1000 size 0x1000 bitmap 1 translated_addr 0x0 dirty_pages 1 ret 0'),
];
const sync = (begin: number, end: number, inside: string[]): string[] => [
  mark(begin, migration, 'migration_bitmap_sync_start '),
  ...inside,
  mark(end, migration, 'migration_bitmap_sync_end dirty_pages 0'),
];

const whole = {process: 64, from: 0, to: Number.POSITIVE_INFINITY};

function inMs(share: Share): Share {
  return Object.fromEntries(Object.entries(share).map(([name, s]) => [name, Math.round(s * 1e6) / 1e3])) as Share;
}

/** What the lines come to, in whole ms; sorted by time as ftrace has them. */
function read(lines: readonly string[], span = whole): Record<'sync' | 'unmap', Share | undefined> | undefined {
  const parsed = lines.flatMap(one => parseTraceLine(one) ?? []).sort((a: TraceLine, b) => a.seconds - b.seconds);
  const rounded = (share: Share | undefined): Share | undefined =>
    share && {...inMs(share), othersWaits: share.othersWaits};
  const found = breakdowns(parsed)(span);
  return found && {sync: rounded(found.sync), unmap: rounded(found.unmap)};
}

test('a sync is told apart by what QEMU, type1 and the locks took', t => {
  const found = read([
    ...lockBig(100, 107, migration),
    ...sync(110, 200, [
      ...query(120, 150, [take(122, migration), got(130, migration), release(148, migration)]),
      ...query(160, 180, [take(161, migration), release(171, migration)]),
    ]),
    take(125, device),
    got(149, device),
    release(155, device),
    unlockBig(210, migration),
  ]);
  t.deepEqual(found, {
    sync: {
      total: 90,
      kernel: 30 + 20,
      lockHeld: 18 + 10,
      lockWaited: 8,
      othersWaited: 24,
      othersWaits: 1,
      othersLongest: 24,
      bqlHeld: 90,
      bqlWaited: 7,
    },
    unmap: undefined,
  });
});

test('unmaps are averaged, and a wait for the big lock counts once for all that is done with it', t => {
  const found = read([
    ...sync(10, 20, []),
    ...lockBig(30, 40, vcpu),
    ...unmap(40, 50, [take(42, vcpu), release(46, vcpu)]),
    ...unmap(60, 80, [take(62, vcpu), got(65, vcpu), release(75, vcpu)]),
    unlockBig(90, vcpu),
  ]);
  t.deepEqual(found?.unmap, {
    total: 15,
    kernel: (8 + 18) / 2,
    lockHeld: (4 + 10) / 2,
    lockWaited: 3 / 2,
    othersWaited: 0,
    othersWaits: 0,
    othersLongest: 0,
    bqlHeld: 15,
    bqlWaited: 5,
  });
});

test('a lock that is let go in between is held twice, and another of type1 counts for nothing', t => {
  const inside = [
    take(12, vcpu),
    take(13, vcpu, list),
    release(14, vcpu),
    take(16, vcpu),
    got(18, vcpu),
    release(19, vcpu),
    release(19, vcpu, list),
  ];
  const found = read([...sync(1, 2, []), ...unmap(10, 30, inside)]);
  t.like(found?.unmap, {lockHeld: 2 + 1, lockWaited: 2});
});

test('waits of others are counted as far as they lie in a sync, and averaged over the syncs', t => {
  const waits = [
    ...[take(5, device), got(14, device), release(15, device)],
    ...[take(16, device), got(19, device), release(19, device)],
    ...[take(25, device), got(28, device), release(29, device)],
    ...[take(31, device), release(32, device)],
  ];
  const found = read([...sync(10, 20, query(11, 18, [take(12, migration), release(17, migration)])), ...waits]);
  t.like(found?.sync, {othersWaited: 4 + 3, othersWaits: 2, othersLongest: 4});
  const twice = read([
    ...sync(10, 20, query(11, 18, [take(12, migration), release(17, migration)])),
    ...sync(30, 40, []),
    ...waits,
  ]);
  t.like(twice?.sync, {othersWaited: 3.5, othersWaits: 1, othersLongest: 2});
});

test('a wait begins where the mutex is first found taken, whether the thread spins, sleeps or spins again', t => {
  const finds = [foundTaken(15, migration), foundTaken(16, migration, 'MUTEX'), foundTaken(17, migration)];
  const inside = [take(12, migration), ...finds, got(18, migration), release(19, migration)];
  t.like(read(sync(10, 30, query(11, 25, inside)))?.sync, {lockWaited: 3, lockHeld: 1});
  const again = [take(20, migration), foundTaken(21, migration), got(23, migration), release(24, migration)];
  t.like(read(sync(10, 30, query(11, 25, [...inside, ...again])))?.sync, {lockWaited: 3 + 2, lockHeld: 1 + 1});
});

test('a wait for another mutex, or by another thread, is none for this', t => {
  const inside = [take(12, vcpu), take(13, vcpu, list), got(16, vcpu, list), got(17, device), release(18, vcpu, list)];
  const found = read([...sync(1, 2, []), ...unmap(10, 30, [...inside, release(20, vcpu)])])?.unmap;
  t.like(found, {lockHeld: 8, lockWaited: 0, othersWaited: 0});
});

test('other mutexes of QEMU are not the big one, nor is that of another process', t => {
  const lines = [
    ...sync(10, 20, []),
    mark(11, migration, `qemu_mutex_lock waiting on mutex ${other} (../util/rcu.c:1)`),
    mark(12, migration, `qemu_mutex_locked taken mutex ${other} (../util/rcu.c:1)`),
    mark(18, migration, `qemu_mutex_unlock released mutex ${other} (../util/rcu.c:2)`),
    ...lockBig(30, 31, vcpu),
    unlockBig(32, vcpu),
  ];
  t.like(read(lines)?.sync, {bqlHeld: 0, bqlWaited: 0});
});

test('a big lock that is taken without asking is held as well', t => {
  const [, taken] = lockBig(12, 12, migration);
  t.like(read(sync(10, 20, [taken!, unlockBig(17, migration)]))?.sync, {bqlHeld: 5, bqlWaited: 0});
});

test('what another process or an earlier migration did does not count', t => {
  const lines = [...sync(10, 20, query(12, 18, [take(13, migration), release(17, migration)])), ...sync(40, 60, [])];
  t.is(read(lines, {...whole, process: 65}), undefined);
  t.like(read(lines, {...whole, from: 10.03})?.sync, {total: 20, kernel: 0});
  t.like(read(lines, {...whole, to: 10.03})?.sync, {total: 10, kernel: 6});
});

test('the same address in another process is another mutex', t => {
  const elsewhere = unlockBig(32, vcpu).replace('(     64)', '(     65)').replace(big, other);
  const taken = mark(12, migration, `qemu_mutex_locked taken mutex ${other} (../util/rcu.c:1)`);
  const released = mark(18, migration, `qemu_mutex_unlock released mutex ${other} (../util/rcu.c:2)`);
  t.is(read([...sync(10, 20, [taken, released]), elsewhere]), undefined);
});

test('what began before the trace, or ends twice, counts for nothing', t => {
  const lines = [
    ...sync(10, 20, query(12, 16, [take(13, migration), release(14, migration), release(15, migration)])),
    mark(60, migration, 'migration_bitmap_sync_end dirty_pages 0'),
  ];
  t.like(read(lines)?.sync, {total: 10, kernel: 4, lockHeld: 1});
});

test('calls of two threads at a time are told apart', t => {
  const inside = query(12, 25, [take(13, migration), release(14, migration)]);
  const found = read([...sync(10, 30, inside), ...unmap(11, 20, [])]);
  t.like(found?.sync, {total: 20, kernel: 13});
  t.like(found?.unmap, {total: 9, kernel: 7});
});

test('a trace without locks has no breakdown', t => {
  t.is(read(sync(10, 20, query(12, 18, []))), undefined);
});
