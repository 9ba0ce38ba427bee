import type {Comparison} from '../../analysis/compare.ts';
import {usual} from '../figures.ts';
import type {ShownCell} from './model.ts';

/** Metrics of programs that measure type1 itself which a reader asks for first. */
const usualOfType1 = /^type1\.(sync|unmap_tracking)\.p50$|^type1\.sync\.requests$/;

/** Whether a verdict on a metric is `better` or `worse`, under any arm. */
export function isDecided({rows}: Comparison, name: string): boolean {
  const row = rows.find(one => one.name === name);
  return row?.others.some(({verdict}) => verdict?.kind === 'better' || verdict?.kind === 'worse') ?? false;
}

/** Whether a metric is shown without being asked for: readers ask for it first, or a verdict on it is clear. */
export function isChosen(name: string, cells: readonly Pick<ShownCell, 'comparison'>[]): boolean {
  return usual.includes(name) || usualOfType1.test(name) || cells.some(({comparison}) => isDecided(comparison, name));
}
