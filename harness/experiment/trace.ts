import type {Round} from '../result/schema.ts';
import {type Breakdown, breakdowns} from './shares.ts';
import {field, parseTraceLine, type TraceLine, word} from './trace-line.ts';

/** One synchronisation of the dirty bitmap of the migration. */
export type Sync = {
  readonly startMs: number;
  readonly durationMs: number;
  /** Dirty-bitmap queries to type1. */
  readonly dirtyIoctls: number;
  /** Pages that type1 reported in them. */
  readonly dirtyPages: number;
  /** Calls that fed the device IOTLB of type1, under a series that has one. */
  readonly iotlbIoctls: number;
  /** Memory sections that VFIO's listeners were asked to synchronise. */
  readonly sections: number;
};

/** What the trace of a trial says of one migration: of its source's QEMU. */
export type TraceSummary = {
  /** Requests to type1 while dirty tracking was on. */
  readonly tracked: {
    readonly maps: number;
    readonly unmaps: number;
    readonly unmapsWithBitmap: number;
    readonly dirtyQueries: number;
    readonly iotlbCalls: number;
  };
  /** Addresses of which vhost asked QEMU for the translation, because its IOTLB did not have it. */
  readonly iotlbMisses: number;
  readonly syncs: readonly Sync[];
  readonly rounds: readonly Round[];
  /** Where the time went, if the scenario has locks traced. */
  readonly breakdown: Breakdown | undefined;
};

/** What the trace says of a whole trial. */
export type TrialTrace = {
  /** Each migration, in their order. */
  readonly migrations: readonly TraceSummary[];
  /** The highest IOVA that a QEMU mapped; null where none was. */
  readonly highestIova: bigint | null;
};

/** Flag bits of include/uapi/linux/vfio.h; a dirty operation that neither starts nor stops is a query. */
const dirtyStart = 1;
const dirtyStop = 2;
const unmapGetBitmap = 1;

/** Sums up a whole trace. `ramBytes`, the total of each migration, tells what its last round sent. */
export function summarizeTrace(trace: string, ramBytes: readonly (number | null)[]): TrialTrace {
  const lines = trace.split('\n').flatMap(line => parseTraceLine(line) ?? []);
  const breakdownOf = breakdowns(lines);
  const migrations = splitMigrations(lines).map((own, index) => ({
    tracked: countTracked(own),
    iotlbMisses: own.filter(isIotlbMiss).length,
    syncs: findSyncs(own),
    rounds: findRounds(own, ramBytes[index] ?? null),
    breakdown: breakdownOf({
      process: own[0]!.process,
      from: own.find(isFirstSync)!.seconds,
      to: (stateChange(own, 'completed') ?? own.at(-1)!).seconds,
    }),
  }));
  return {migrations, highestIova: highestIova(lines)};
}

/**
 * Gives the lines of each migration: those of its source's QEMU, from the state `setup` on, or from the start of the
 * trace where that is missing, to the next `setup` of the same QEMU. A destination has states too, but syncs nothing.
 */
function splitMigrations(lines: readonly TraceLine[]): TraceLine[][] {
  const parts: TraceLine[][] = [];
  const current = new Map<number, TraceLine[]>();
  for (const line of lines) {
    const known = current.get(line.process);
    const part = known === undefined || isState(line, 'setup') ? [] : known;
    if (part !== known) {
      parts.push(part);
      current.set(line.process, part);
    }
    part.push(line);
  }
  return parts
    .filter(part => part.some(isFirstSync))
    .sort((a, b) => a.find(isFirstSync)!.seconds - b.find(isFirstSync)!.seconds);
}

function isFirstSync({event}: TraceLine): boolean {
  return event === 'migration_bitmap_sync_start';
}

function highestIova(lines: readonly TraceLine[]): bigint | null {
  const mapped = lines
    .filter(line => line.event === 'vfio_type1_map_begin')
    .map(({text}) => BigInt(/\biova=(0x[0-9a-f]+)/.exec(text)?.[1] ?? 0));
  return mapped.reduce<bigint | null>((highest, iova) => (highest === null || iova > highest ? iova : highest), null);
}

/** QEMU tells the steps of a miss; the first is that it is there. */
function isIotlbMiss({event, text}: TraceLine): boolean {
  return event === 'vhost_iotlb_miss' && word(text, 'step') === 1;
}

function countTracked(lines: readonly TraceLine[]): TraceSummary['tracked'] {
  const count = {maps: 0, unmaps: 0, unmapsWithBitmap: 0, dirtyQueries: 0, iotlbCalls: 0};
  let tracking = 0; // Containers: each device behind a vIOMMU has one.
  for (const {event, text} of lines) {
    const flags = field(text, 'flags');
    if (event === 'vfio_type1_dirty_end' && flags === dirtyStart && field(text, 'ret') === 0) tracking += 1;
    if (event === 'vfio_type1_dirty_begin' && flags === dirtyStop) tracking -= 1;
    if (tracking <= 0) continue;
    if (event === 'vfio_type1_map_begin') count.maps += 1;
    if (event === 'vfio_type1_unmap_begin') count[flags & unmapGetBitmap ? 'unmapsWithBitmap' : 'unmaps'] += 1;
    if (isQuery(event, flags, 'vfio_type1_dirty_begin')) count.dirtyQueries += 1;
    if (event === 'vfio_type1_iotlb_begin') count.iotlbCalls += 1;
  }
  return count;
}

function findSyncs(lines: readonly TraceLine[]): Sync[] {
  const syncs: Sync[] = [];
  const origin = firstMs(lines);
  let open: {-readonly [K in keyof Sync]: Sync[K]} | undefined;
  for (const line of lines) {
    const ms = line.seconds * 1000 - origin;
    if (line.event === 'migration_bitmap_sync_start') {
      open = {startMs: ms, durationMs: 0, dirtyIoctls: 0, dirtyPages: 0, iotlbIoctls: 0, sections: 0};
    }
    if (!open) continue;
    if (line.event === 'migration_bitmap_sync_end') {
      syncs.push({...open, durationMs: ms - open.startMs});
      open = undefined;
    } else if (isQuery(line.event, field(line.text, 'flags'), 'vfio_type1_dirty_end')) {
      open.dirtyIoctls += 1;
      open.dirtyPages += field(line.text, 'dirty');
    } else if (line.event === 'vfio_type1_iotlb_begin') {
      open.iotlbIoctls += 1;
    } else if (line.event === 'vfio_listener_log_sync_begin') {
      open.sections += 1;
    }
  }
  return syncs;
}

/**
 * Each sync opens a round; it lasts to the next sync, the last one until the migration is completed, and what was sent until then
 * belongs to it.
 */
function findRounds(lines: readonly TraceLine[], ramBytes: number | null): Round[] {
  const syncs = findSyncs(lines);
  const marks = lines.filter(line => line.event === 'migration_bitmap_sync_round');
  const origin = firstMs(lines);
  const completed = stateChange(lines, 'completed');
  return marks.map((mark, index) => {
    const next = marks[index + 1];
    const sent = word(mark.text, 'transferred');
    const end = next ?? completed ?? mark;
    return {
      round: word(mark.text, 'round'),
      startMs: mark.seconds * 1000 - origin,
      durationMs: Math.max(0, (end.seconds - mark.seconds) * 1000),
      bytes: Math.max(0, (next ? word(next.text, 'transferred') : (ramBytes ?? sent)) - sent),
      dirtyPages: word(mark.text, 'dirty_pages'),
      dirtyIoctls: syncs[index]?.dirtyIoctls ?? 0,
    };
  });
}

/** The time at which the migration began; of its first sync where that is not in the trace. */
function firstMs(lines: readonly TraceLine[]): number {
  const first = stateChange(lines, 'setup') ?? lines.find(line => line.event === 'migration_bitmap_sync_start');
  return (first?.seconds ?? 0) * 1000;
}

/** Where the source's migration took a state of QEMU's MigrationStatus. */
function stateChange(lines: readonly TraceLine[], state: string): TraceLine | undefined {
  return lines.find(line => isState(line, state));
}

function isState({event, text}: TraceLine, state: string): boolean {
  return event === 'migrate_set_state' && text === `new state ${state}`;
}

function isQuery(event: string, flags: number, wanted: string): boolean {
  return event === wanted && (flags & (dirtyStart | dirtyStop)) === 0;
}
