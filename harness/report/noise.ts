import {byMetricOrder} from '../result/metrics.ts';
import type {NoiseFloor} from '../result/noise-floor.ts';
import {table} from './markdown.ts';
import {figure} from './number.ts';
import {code} from './outcome.ts';
import {align} from './text.ts';

const header = ['metric', 'floor', 'variation', 'trials'];

/** The metrics that the documents show of a series beside itself. */
export const shownMetrics = [
  'migration.total',
  'migration.downtime',
  'guest.unmap.p50',
  'guest.map.p50',
  'guest.dma.p50',
  'guest.ops_per_second',
  'guest.baseline.unmap.p50',
  'guest.baseline.ops_per_second',
];

/** How much a series differs from itself, in Markdown. */
export function noiseTable(noise: NoiseFloor | null): string {
  if (!noise) return 'None has been measured.';
  const rows = shownMetrics.filter(name => noise.metrics[name]).map(name => rowOf(noise, name));
  return table({header, rows: rows.map(([name, ...figures]) => [code(name!), ...figures])}, 1);
}

/** Writes how much a series differs from itself, for the terminal. */
export function noiseText(noise: NoiseFloor): string {
  const names = Object.keys(noise.metrics).sort(byMetricOrder);
  if (names.length === 0) return 'Too few trials for a noise floor: it takes two an arm, of a metric that is not 0.\n';
  const rows = names.map(name => rowOf(noise, name));
  return [
    `How much ${noise.series} differs from itself:`,
    ...align({header, rows}, 1),
    'floor: 95 in 100 ways to part the trials into two arms differ by less. variation: standard deviation over mean.',
    '',
  ].join('\n');
}

function rowOf({metrics}: NoiseFloor, name: string): string[] {
  const {floor, variation, trials} = metrics[name]!;
  return [name, percent(floor), percent(variation), String(trials)];
}

function percent(share: number): string {
  return `${figure(share * 100)} %`;
}
