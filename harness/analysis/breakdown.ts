import type {Result} from '../result/schema.ts';

/** What is told apart: a sync of the dirty bitmap, or an unmap in pre-copy. */
export type BrokenDown = 'sync' | 'unmap';

/** Where the time of an average operation went, in the unit of its metrics. The first four add up to its length. */
export type Parts = {
  readonly qemu: number;
  /** In calls to type1, without its lock. */
  readonly kernel: number;
  readonly lockWaited: number;
  readonly lockHeld: number;
  readonly total: number;
  readonly othersWaited: number;
  /** How many waits that were, and the longest of them; null in results that do not tell. */
  readonly othersWaits: number | null;
  readonly othersLongest: number | null;
  readonly bqlHeld: number;
  readonly bqlWaited: number;
  readonly unit: string;
};

/** The mean over the trials of a result, so that the parts add up; null where locks were not traced. */
export function breakdownOf({metrics}: Pick<Result, 'metrics'>, operation: BrokenDown): Parts | null {
  const find = (name: string) => metrics.find(metric => metric.name === `breakdown.${operation}.${name}`);
  const unit = find('kernel')?.unit;
  if (unit === undefined) return null;
  const known = (name: string): number | null => {
    const {values} = find(name) ?? {values: []};
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const mean = (name: string): number => known(name) ?? 0;
  const [qemu, kernel, lockHeld, lockWaited] = [mean('qemu'), mean('kernel'), mean('lock_held'), mean('lock_waited')];
  return {
    qemu,
    kernel: Math.max(0, kernel - lockHeld - lockWaited),
    lockHeld,
    lockWaited,
    total: qemu + kernel,
    othersWaited: mean('others_waited'),
    othersWaits: known('others_waits'),
    othersLongest: known('others_longest'),
    bqlHeld: mean('bql_held'),
    bqlWaited: mean('bql_waited'),
    unit,
  };
}
