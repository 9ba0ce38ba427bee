import {type RandomIndex, randomIndexOf} from '../../analysis/random.ts';
import type {CellValues, Sweep} from '../../result/cell.ts';
import type {GuestReport} from '../../result/guest.ts';
import {measured, metricDefinitions} from '../../result/metrics.ts';
import type {Metric, Result, Trial} from '../../result/schema.ts';
import {makeResult, trial} from './result.ts';

type Phase = GuestReport['phases'][number];

/** The metrics that a migration of a guest gives: of locks only where they are traced. */
function namesOf({tracing}: CellValues): string[] {
  const others = tracing === 'locks' ? /^(type1|log|ktap|vhost)\./ : /^(type1|log|ktap|vhost|breakdown)\./;
  return metricDefinitions.map(({name}) => name).filter(name => !others.test(name));
}

/** What an arm is made up of. */
export type MadeArm = {
  readonly series: string;
  readonly trials: number;
  /** What every value is multiplied by, beside those of another arm. */
  readonly factor?: number;
  readonly values?: CellValues;
  readonly sweep?: Sweep;
};

/** A result of as many trials, metrics and details as a real one has. The same is made every time. */
export function makeArm({series, trials, factor = 1, values = {}, sweep = {}}: MadeArm): Result {
  const random = randomIndexOf(series.length + 7 * trials);
  const size = Object.values(values).reduce<number>((all, value) => all * (typeof value === 'number' ? value : 1), 1);
  const scale = factor * Math.sqrt(size);
  const base = makeResult();
  return {
    ...base,
    series,
    scenario: {...base.scenario, ...values, series: ['upstream', 'gpa-map']},
    ...(Object.keys(sweep).length > 0 ? {cell: values, sweep} : {}),
    trials: Array.from({length: trials}, (_, index) => makeTrial(index, scale, random)),
    metrics: namesOf(values).map(name => makeMetric(name, trials, scale, random)),
    warnings: [`${series} said <so> & more`],
  };
}

function makeMetric(name: string, trials: number, scale: number, random: RandomIndex): Metric {
  const values = name.endsWith('_per_sync') || name === 'vfio.sync_time' ? 3 : 1;
  const one = (): number => (name === 'oracle.lost' ? 0 : Math.round(scale * (90_000 + random(20_000))) / 1000);
  return measured(
    name,
    Array.from({length: trials}, () => Array.from({length: values}, one)),
  );
}

function makeTrial(index: number, scale: number, random: RandomIndex): Trial {
  const totalMs = Math.round(scale * (1000 + random(500)));
  const [start, second] = [12, Math.round(totalMs * 0.8)];
  const round = {bytes: 100_000, dirtyIoctls: 12};
  return {
    ...trial,
    index,
    seed: index + 1,
    migration: {...trial.migration!, totalMs, downtimeMs: 120},
    rounds: [
      {...round, round: 1, startMs: start, durationMs: second - start, dirtyPages: 0},
      {...round, round: 2, startMs: second, durationMs: totalMs - second, dirtyPages: 1000 + random(900)},
    ],
    guest: makeReport(totalMs, random),
  };
}

const secondNs = 1e9;

function makeReport(totalMs: number, random: RandomIndex): GuestReport {
  const [startNs, beginNs, endNs] = [secondNs, 3 * secondNs, 3 * secondNs + totalMs * 1e6];
  const operations = Array.from({length: Math.ceil((totalMs + 3000) / 100)}, () => random(200));
  return {
    operations: operations.reduce((sum, count) => sum + count, 0),
    errors: 0,
    firstError: null,
    phases: [
      {name: 'baseline', startNs, endNs: beginNs, operations: 4000, ...makeLatencies(100, random)},
      {name: 'migration', startNs: beginNs, endNs, operations: 1400, ...makeLatencies(130, random)},
    ],
    timeline: {intervalMs: 100, startNs, operations},
    longestGap: {ns: 150e6, atNs: endNs - 200e6, phase: 'migration'},
  };
}

function makeLatencies(us: number, random: RandomIndex): Pick<Phase, 'map' | 'dma' | 'unmap'> {
  return {map: makeHistogram(us, random), dma: makeHistogram(us * 2, random), unmap: makeHistogram(us * 1.1, random)};
}

function makeHistogram(us: number, random: RandomIndex): NonNullable<Phase['map']> {
  const buckets = Array.from({length: 120}, (_, index): [number, number] => [
    Math.round(us * 1000 * 1.04 ** index),
    1 + random(120 - index),
  ]);
  const bounds = buckets.map(([bound]) => bound);
  const at = (share: number): number => bounds[Math.floor(share * (bounds.length - 1))]!;
  const count = buckets.reduce((sum, [, inBucket]) => sum + inBucket, 0);
  const mean = at(0.4);
  return {count, min: at(0), p50: at(0.3), p90: at(0.6), p99: at(0.9), p999: at(0.97), max: at(1), mean, buckets};
}
