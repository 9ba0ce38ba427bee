import type {Round} from '../result/schema.ts';

/** A line of L1's trace buffer, by ftrace's `trace` file with record-tgid on and the clock `mono`. */
export type TraceLine = {
  /** Process (thread group) that caused it; 0 where ftrace did not know. */
  readonly process: number;
  readonly seconds: number;
  readonly event: string;
  /** The event's own text. QEMU's events come as the text of tracing_mark_write. */
  readonly text: string;
};

/** One synchronisation of the dirty bitmap of the migration. */
export type Sync = {
  readonly startMs: number;
  readonly durationMs: number;
  /** Dirty-bitmap queries to type1. */
  readonly dirtyIoctls: number;
  /** Pages that type1 reported in them. */
  readonly dirtyPages: number;
  /** Memory sections that VFIO's listeners were asked to synchronise. */
  readonly sections: number;
};

/** What the trace of a trial says of the source's QEMU. */
export type TraceSummary = {
  /** Requests to type1 while dirty tracking was on. */
  readonly tracked: {
    readonly maps: number;
    readonly unmaps: number;
    readonly unmapsWithBitmap: number;
    readonly dirtyQueries: number;
  };
  readonly syncs: readonly Sync[];
  readonly rounds: readonly Round[];
};

const linePattern = /^\s*.+-\d+\s+\(\s*(\d+|-+)\)\s+\[\d+\]\s+\S+\s+(\d+\.\d+): (\w+): ?(.*)$/;

/** Reads a line; undefined for the comments at the top. */
export function parseTraceLine(line: string): TraceLine | undefined {
  const [, process, seconds, event, text] = linePattern.exec(line) ?? [];
  if (event === undefined) return undefined;
  const common = {process: Number(process) || 0, seconds: Number(seconds)};
  if (event !== 'tracing_mark_write') return {...common, event, text: text!};
  const [name = '', ...rest] = text!.trim().split(' ');
  return {...common, event: name, text: rest.join(' ')};
}

/** Flag bits of include/uapi/linux/vfio.h; a dirty operation that neither starts nor stops is a query. */
const dirtyStart = 1;
const dirtyStop = 2;
const unmapGetBitmap = 1;

/**
 * Sums up a whole trace. Only what the source's QEMU did counts: the one whose migration syncs bitmaps.
 * `ramBytes`, the migration's total, tells what the last round sent.
 */
export function summarizeTrace(trace: string, ramBytes: number | null): TraceSummary {
  const all = trace.split('\n').flatMap(line => parseTraceLine(line) ?? []);
  const source = all.find(line => line.event === 'migration_bitmap_sync_start')?.process;
  const lines = all.filter(line => line.process === source);
  return {
    tracked: countTracked(lines),
    syncs: findSyncs(lines),
    rounds: findRounds(lines, ramBytes),
  };
}

function countTracked(lines: readonly TraceLine[]): TraceSummary['tracked'] {
  const count = {maps: 0, unmaps: 0, unmapsWithBitmap: 0, dirtyQueries: 0};
  let tracking = false;
  for (const {event, text} of lines) {
    const flags = field(text, 'flags');
    if (event === 'vfio_type1_dirty_end' && flags === dirtyStart) tracking = field(text, 'ret') === 0;
    if (event === 'vfio_type1_dirty_begin' && flags === dirtyStop) tracking = false;
    if (!tracking) continue;
    if (event === 'vfio_type1_map_begin') count.maps += 1;
    if (event === 'vfio_type1_unmap_begin') count[flags & unmapGetBitmap ? 'unmapsWithBitmap' : 'unmaps'] += 1;
    if (isQuery(event, flags, 'vfio_type1_dirty_begin')) count.dirtyQueries += 1;
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
      open = {startMs: ms, durationMs: 0, dirtyIoctls: 0, dirtyPages: 0, sections: 0};
    }
    if (!open) continue;
    if (line.event === 'migration_bitmap_sync_end') {
      syncs.push({...open, durationMs: ms - open.startMs});
      open = undefined;
    } else if (isQuery(line.event, field(line.text, 'flags'), 'vfio_type1_dirty_end')) {
      open.dirtyIoctls += 1;
      open.dirtyPages += field(line.text, 'dirty');
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
  return lines.find(({event, text}) => event === 'migrate_set_state' && text === `new state ${state}`);
}

function isQuery(event: string, flags: number, wanted: string): boolean {
  return event === wanted && (flags & (dirtyStart | dirtyStop)) === 0;
}

/** A field of a kernel event: `name=value`; 0 where there is none. */
function field(text: string, name: string): number {
  return Number(new RegExp(`\\b${name}=(\\S+)`).exec(text)?.[1] ?? 0);
}

/** A field of a QEMU event: `name value`; 0 where there is none. */
function word(text: string, name: string): number {
  return Number(new RegExp(`\\b${name} (\\d+)`).exec(text)?.[1] ?? 0);
}
