import {byMetricOrder} from '../result/metrics.ts';
import type {NoiseFloor} from '../result/noise-floor.ts';
import {figure} from './number.ts';
import {align} from './text.ts';

/** Writes how much a series differs from itself, for the terminal. */
export function noiseText({metrics, series}: NoiseFloor): string {
  const names = Object.keys(metrics).sort(byMetricOrder);
  if (names.length === 0) return 'Too few trials for a noise floor: it takes two an arm, of a metric that is not 0.\n';
  const rows = names.map(name => {
    const {floor, variation, trials} = metrics[name]!;
    return [name, percent(floor), percent(variation), String(trials)];
  });
  const header = ['metric', 'floor', 'variation', 'trials'];
  return [
    `How much ${series} differs from itself:`,
    ...align({header, rows}, 1),
    'floor: 95 in 100 ways to part the trials into two arms differ by less. variation: standard deviation over mean.',
    '',
  ].join('\n');
}

function percent(share: number): string {
  return `${figure(share * 100)} %`;
}
