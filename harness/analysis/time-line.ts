import type {Round, Trial} from '../result/schema.ts';

/** A stretch of time, in ms from the start of the migration. */
export type Span = {readonly fromMs: number; readonly toMs: number};

/** The course of one migration. Times are in ms from its start. */
export type TimeLine = {
  readonly trial: number;
  readonly totalMs: number;
  readonly rounds: readonly Round[];
  /** Operations that the guest completed; null where the guest did not tell. */
  readonly churn: readonly (Span & {readonly perSecond: number})[] | null;
  /** When neither side ran the guest, as the source says; null where it does not. */
  readonly blackout: Span | null;
  /** The longest time in which the guest saw nothing completed; null where that was not during the migration. */
  readonly longestGap: Span | null;
};

/** The phase of the workload that begins just before the migration. */
const phaseName = 'migration';

/** The trial whose migration took the median time, the quicker of two; nothing where none came to its end. */
export function typicalTrial(trials: readonly Trial[]): Trial | undefined {
  const migrated = trials.flatMap(trial => {
    const totalMs = trial.migration?.totalMs;
    return trial.rounds.length === 0 || totalMs === null || totalMs === undefined ? [] : [{trial, totalMs}];
  });
  migrated.sort((a, b) => a.totalMs - b.totalMs);
  return migrated[Math.floor((migrated.length - 1) / 2)]?.trial;
}

/** The course of the migration that is measured in a trial; nothing where it did not come to its end. */
export function timeLineOf({index, migration, rounds, guest}: Trial): TimeLine | undefined {
  const totalMs = migration?.totalMs ?? null;
  if (totalMs === null || rounds.length === 0) return undefined;
  const downtimeMs = migration?.downtimeMs ?? null;
  const phase = guest?.phases.find(({name}) => name === phaseName);
  return {
    trial: index,
    totalMs,
    rounds,
    churn: guest && phase ? churnOf(guest.timeline, phase.startNs) : null,
    blackout: downtimeMs === null ? null : {fromMs: totalMs - downtimeMs, toMs: totalMs},
    longestGap: guest && phase && guest.longestGap.phase === phaseName ? gapOf(guest.longestGap, phase.startNs) : null,
  };
}

function churnOf(
  {intervalMs, startNs, operations}: NonNullable<Trial['guest']>['timeline'],
  zeroNs: number,
): NonNullable<TimeLine['churn']> {
  const offsetMs = (startNs - zeroNs) / 1e6;
  return operations.map((count, index) => ({
    fromMs: offsetMs + index * intervalMs,
    toMs: offsetMs + (index + 1) * intervalMs,
    perSecond: (count / intervalMs) * 1000,
  }));
}

function gapOf({ns, atNs}: NonNullable<Trial['guest']>['longestGap'], zeroNs: number): Span {
  const fromMs = (atNs - zeroNs) / 1e6;
  return {fromMs, toMs: fromMs + ns / 1e6};
}
