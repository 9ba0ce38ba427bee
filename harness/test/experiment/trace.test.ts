import assert from 'node:assert/strict';
import test from 'ava';
import {summarizeTrace, type TraceSummary} from '../../experiment/trace.ts';
import {parseTraceLine, type TraceLine} from '../../experiment/trace-line.ts';

const parses = test.macro((t, line: string, expected: TraceLine | undefined) =>
  t.deepEqual(parseTraceLine(line), expected),
);

test(
  'a kernel event is read',
  parses,
  '        qemu-gpa-73      (     64) [000] .....    11.846648: vfio_type1_unmap_begin: iova=0xffd6a000 size=0x1000 flags=0x0',
  {
    process: 64,
    thread: 73,
    seconds: 11.846648,
    event: 'vfio_type1_unmap_begin',
    text: 'iova=0xffd6a000 size=0x1000 flags=0x0',
  },
);
test(
  'a QEMU event is read out of its mark',
  parses,
  '     qemu-common-115     (     64) [001] .....    19.425059: tracing_mark_write: vfio_listener_log_sync_begin vfio: "vtd-01.0-dmar" 0x0 - 0xfedfffff',
  {
    process: 64,
    thread: 115,
    seconds: 19.425059,
    event: 'vfio_listener_log_sync_begin',
    text: 'vfio: "vtd-01.0-dmar" 0x0 - 0xfedfffff',
  },
);
test(
  'a QEMU event without text is read',
  parses,
  '        qemu-gpa-105     (     64) [000] .....    12.849253: tracing_mark_write: migration_bitmap_sync_start ',
  {process: 64, thread: 105, seconds: 12.849253, event: 'migration_bitmap_sync_start', text: ''},
);
test(
  'a thread whose process ftrace did not know belongs to none',
  parses,
  '           <...>-105     (-------) [000] d..1.    12.849253: vfio_type1_map_begin: iova=0x0 size=0x1000',
  {process: 0, thread: 105, seconds: 12.849253, event: 'vfio_type1_map_begin', text: 'iova=0x0 size=0x1000'},
);
test('a comment is no event', parses, '#           TASK-PID       TGID    CPU#  |||||  TIMESTAMP  FUNCTION', undefined);
test('lost events are no event', parses, 'CPU:1 [LOST 12 EVENTS]', undefined);
test('an empty line is no event', parses, '', undefined);

const source = 64;
const target = 65;

/** A trace line as L1 writes it; times in ms. */
function line(ms: number, event: string, process = source): string {
  const seconds = (10 + ms / 1000).toFixed(6);
  return `  qemu-system-x86-73      (${String(process).padStart(7)}) [000] .....    ${seconds}: ${event}`;
}

const mark = (ms: number, text: string): string => line(ms, `tracing_mark_write: ${text}`);
const map = (ms: number, process = source): string =>
  line(ms, 'vfio_type1_map_begin: iova=0x1000 size=0x1000', process);
const unmap = (ms: number, flags: number, process = source): string =>
  line(ms, `vfio_type1_unmap_begin: iova=0x1000 size=0x1000 flags=0x${flags}`, process);
const dirty = (ms: number, flags: number, pages = 0): string[] => [
  line(ms, `vfio_type1_dirty_begin: flags=0x${flags} iova=0x0 size=0x1000`),
  line(ms, `vfio_type1_dirty_end: flags=0x${flags} iova=0x0 size=0x1000 bitmap_bytes=8 dirty=${pages} entries=9 ret=0`),
];
const iotlb = (ms: number, flags: number): string[] => [
  line(ms, `vfio_type1_iotlb_begin: flags=0x${flags.toString(16)} count=1`),
  line(ms, `vfio_type1_iotlb_end: flags=0x${flags.toString(16)} count=1 ret=0`),
];
const section = (ms: number): string[] => [
  mark(ms, 'vfio_listener_log_sync_begin vfio-gpa: "pc.ram" 0x0 - 0xc2fff'),
  ...dirty(ms, 8, 3),
  mark(ms, 'vfio_listener_log_sync_end vfio-gpa: "pc.ram" 0x0 - 0xc2fff ret 0'),
];
const round = (ms: number, number: number, sent: number, pages: number): string =>
  mark(
    ms,
    `migration_bitmap_sync_round round ${number} last_stage 0 transferred ${sent} dirty_pages ${pages} remaining 9`,
  );

const trace = [
  '# tracer: nop',
  map(0),
  ...iotlb(50, 0x1),
  unmap(1, 0),
  ...dirty(100, 1),
  map(150),
  mark(200, 'migration_bitmap_sync_start '),
  ...section(201),
  ...iotlb(202, 0x10),
  ...iotlb(202, 0x4),
  ...section(202),
  unmap(203, 1),
  mark(210, 'migration_bitmap_sync_end dirty_pages 0'),
  round(211, 1, 0, 0),
  ...iotlb(215, 0x10),
  map(220, target),
  unmap(221, 1, target),
  unmap(230, 0),
  map(240),
  mark(1200, 'migration_bitmap_sync_start '),
  ...section(1201),
  mark(1205, 'migration_bitmap_sync_end dirty_pages 2051'),
  round(1206, 2, 50_000, 2051),
  ...dirty(1300, 2),
  unmap(1310, 0),
  ...dirty(1320, 8, 99),
].join('\n');

/** The only migration of a trace. */
function only(text: string, ramBytes: number | null): TraceSummary {
  const {migrations} = summarizeTrace(text, [ramBytes]);
  assert(migrations.length === 1);
  return migrations[0]!;
}

test('requests count while the source tracks, and only the source’s', t => {
  t.deepEqual(only(trace, 60_000).tracked, {maps: 2, unmaps: 1, unmapsWithBitmap: 1, dirtyQueries: 3, iotlbCalls: 3});
});

test('each sync has its length, its queries, its pages and its sections', t => {
  const rounded = only(trace, 60_000).syncs.map(({startMs, durationMs, ...counts}) => ({
    startMs: Math.round(startMs),
    durationMs: Math.round(durationMs),
    ...counts,
  }));
  t.deepEqual(rounded, [
    {startMs: 0, durationMs: 10, dirtyIoctls: 2, dirtyPages: 6, iotlbIoctls: 2, sections: 2},
    {startMs: 1000, durationMs: 5, dirtyIoctls: 1, dirtyPages: 3, iotlbIoctls: 0, sections: 1},
  ]);
});

test('a round lasts to the next sync, and the last one sends what is left of the total', t => {
  const rounds = only(trace, 60_000).rounds.map(one => ({
    ...one,
    startMs: Math.round(one.startMs),
    durationMs: Math.round(one.durationMs),
  }));
  t.deepEqual(rounds, [
    {round: 1, startMs: 11, durationMs: 995, bytes: 50_000, dirtyPages: 0, dirtyIoctls: 2},
    {round: 2, startMs: 1006, durationMs: 0, bytes: 10_000, dirtyPages: 2051, dirtyIoctls: 1},
  ]);
});

test('without a total, the last round sent nothing that is known', t => {
  t.is(only(trace, null).rounds.at(-1)?.bytes, 0);
});

test('a sync without an end does not count', t => {
  const cut = trace.slice(0, trace.lastIndexOf('migration_bitmap_sync_end'));
  t.is(only(cut, null).syncs.length, 1);
});

test('a trace without a migration has none', t => {
  t.deepEqual(summarizeTrace('', []), {migrations: [], highestIova: null});
  t.deepEqual(summarizeTrace([map(0), unmap(1, 1)].join('\n'), []), {migrations: [], highestIova: 0x1000n});
});

test('a query of one of several containers counts as long as any is tracked', t => {
  const lines = [
    ...dirty(100, 1),
    ...dirty(101, 1),
    mark(200, 'migration_bitmap_sync_start '),
    ...dirty(201, 8),
    ...dirty(202, 8),
    mark(210, 'migration_bitmap_sync_end dirty_pages 0'),
    ...dirty(300, 2),
    unmap(301, 1),
    ...dirty(302, 2),
    unmap(303, 1),
  ];
  const {tracked, syncs} = only(lines.join('\n'), null);
  t.deepEqual(tracked, {maps: 0, unmaps: 0, unmapsWithBitmap: 1, dirtyQueries: 2, iotlbCalls: 0});
  t.is(syncs[0]?.dirtyIoctls, 2);
});

test('each migration of a trial stands alone, whichever side it starts from', t => {
  const state = (ms: number, name: string, process = source): string =>
    line(ms, `tracing_mark_write: migrate_set_state new state ${name}`, process);
  const sync = (ms: number, process = source): string[] => [
    line(ms, 'tracing_mark_write: migration_bitmap_sync_start ', process),
    line(ms + 5, 'tracing_mark_write: migration_bitmap_sync_end dirty_pages 0', process),
    line(
      ms + 6,
      `tracing_mark_write: migration_bitmap_sync_round round 1 last_stage 0 transferred 10 dirty_pages ${ms} remaining 0`,
      process,
    ),
  ];
  const lines = [
    ...[state(100, 'setup'), state(110, 'setup', target), ...sync(200), state(300, 'cancelled')],
    ...[state(1000, 'setup'), ...sync(1100), ...sync(1200), state(1300, 'completed')],
    ...[state(2000, 'setup', target), ...sync(2100, target), state(2200, 'completed', target)],
  ];
  const {migrations} = summarizeTrace(lines.join('\n'), [11, 12, 13]);
  t.deepEqual(
    migrations.map(({rounds}) =>
      rounds.map(({startMs, dirtyPages, bytes}) => [Math.round(startMs), dirtyPages, bytes]),
    ),
    [
      [[106, 200, 1]],
      [
        [106, 1100, 0],
        [206, 1200, 2],
      ],
      [[106, 2100, 3]],
    ],
  );
});

test('tracking that failed to start is no tracking', t => {
  const failed = trace.replace(/(dirty_end: flags=0x1 .*)ret=0/, '$1ret=-22');
  t.deepEqual(only(failed, null).tracked, {maps: 0, unmaps: 0, unmapsWithBitmap: 0, dirtyQueries: 0, iotlbCalls: 0});
});

test('with the states of the migration, times count from its start, and the last round lasts to its end', t => {
  const state = (name: string, seconds: number): string =>
    `       live_migration-90      (     70) [000] .....    ${seconds.toFixed(6)}: tracing_mark_write: migrate_set_state new state ${name}`;
  const mark = (text: string, seconds: number): string =>
    `       live_migration-90      (     70) [000] .....    ${seconds.toFixed(6)}: tracing_mark_write: ${text}`;
  const round = 'migration_bitmap_sync_round round 1 last_stage 0 transferred 0 dirty_pages 0 remaining 0';
  const lines = [
    state('setup', 1),
    mark('migration_bitmap_sync_start ', 1.25),
    mark('migration_bitmap_sync_end dirty_pages 0', 1.5),
    mark(round, 1.5),
    state('completed', 2),
  ];
  const {syncs, rounds} = only(lines.join('\n'), 7);
  t.like(syncs[0], {startMs: 250, durationMs: 250});
  t.like(rounds[0], {startMs: 500, durationMs: 500, bytes: 7});
});

test('a miss of vhost’s IOTLB counts once, however many steps it has, and only the source’s', t => {
  const steps = (ms: number, process?: number): string[] =>
    [1, 2].map(step => line(ms, `tracing_mark_write: vhost_iotlb_miss 0x55d0c0a8 step ${step}`, process));
  const text = [mark(0, 'migration_bitmap_sync_start '), ...steps(1), ...steps(2), ...steps(3, target)].join('\n');
  t.is(summarizeTrace(text, [null]).migrations[0]?.iotlbMisses, 2);
});

test('unmaps count from the first sync to the end of the migration', t => {
  const unmapOf = (begin: number, end: number): string[] => [
    mark(begin, 'vfio_legacy_dma_unmap_begin iova 0x1000 size 0x1000 bitmap 0'),
    mark(end, 'vfio_legacy_dma_unmap_end iova 0x1000 size 0x1000 bitmap 0 translated_addr 0x0 dirty_pages 0 ret 0'),
  ];
  const lines = [
    mark(0, 'migrate_set_state new state setup'),
    mark(1, 'qemu_mutex_locked taken mutex 0x5501 (../migration/ram.c:1)'),
    ...unmapOf(10, 90),
    mark(100, 'migration_bitmap_sync_start '),
    mark(110, 'migration_bitmap_sync_end dirty_pages 0'),
    ...unmapOf(120, 124),
    mark(150, 'migrate_set_state new state completed'),
    ...unmapOf(160, 190),
    mark(200, 'qemu_mutex_unlock released mutex 0x5501 (../system/cpus.c:566)'),
  ];
  const {sync, unmap} = only(lines.join('\n'), null).breakdown!;
  t.is(Math.round(sync.total * 1000), 10);
  t.is(Math.round(unmap!.total * 1000), 4);
});
