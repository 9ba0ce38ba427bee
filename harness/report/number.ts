import type {Cell} from '../analysis/compare.ts';
import type {Summary} from '../analysis/statistics.ts';
import type {Verdict} from '../analysis/verdict.ts';

/** What of a cell says how an arm relates to the base. */
type Relation = Pick<Cell, 'ratio' | 'difference'> & {readonly verdict: Pick<Verdict, 'ratio' | 'interval'> | null};

const precise = new Intl.NumberFormat('en-US', {maximumSignificantDigits: 4});
const whole = new Intl.NumberFormat('en-US', {maximumFractionDigits: 0});

/** Stands for a figure that there is not. */
export const nothing = '–';

/** Writes a figure with four digits that count, or all those before the point. */
export function figure(value: number): string {
  return (Math.abs(value) < 1000 ? precise : whole).format(value);
}

/** Writes a median and, where the values differ, their spread. */
export function medianAndSpread(summary: Pick<Summary, 'median' | 'low' | 'high'> | null): string {
  if (summary === null) return nothing;
  const {median, low, high} = summary;
  return low === high ? figure(median) : `${figure(median)} [${figure(low)} … ${figure(high)}]`;
}

/** Writes how an arm relates to the base: as a ratio with its interval, or as a difference where the base is 0. */
export function relation({ratio, difference, verdict}: Relation): string {
  const judged = verdict?.ratio ?? ratio;
  if (judged !== null) return `${figure(judged)}×${interval(verdict?.interval ?? null)}`;
  if (difference === null) return nothing;
  return difference > 0 ? `+${figure(difference)}` : figure(difference);
}

function interval(bounds: readonly [number, number] | null): string {
  return bounds === null || bounds[0] === bounds[1] ? '' : ` [${figure(bounds[0])} … ${figure(bounds[1])}]`;
}
