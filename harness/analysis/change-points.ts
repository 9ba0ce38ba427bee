import {sha256} from '../plan/fingerprint.ts';
import {type Arc, chanceOf, enoughFor, shortest, strongestInside, strongestStep} from './arcs.ts';
import {type RandomIndex, randomIndexOf} from './random.ts';
import {quantileOf} from './statistics.ts';
import {rules} from './verdict.ts';

/** A place in a row of values at which their level changes. */
export type ChangePoint = {
  /** The first value of the new level. */
  readonly at: number;
  /** The permutation test's p-value, adjusted for all metrics that are judged together. */
  readonly p: number;
  /** Medians of the values before it and after it, up to the next change points. */
  readonly before: number;
  readonly after: number;
};

/**
 * The chance that what did not change has a change point in any metric. It is less than that of a wrong verdict, since
 * a history is looked at again whenever it grows.
 */
export const alpha = 0.02;

type Cut = Pick<ChangePoint, 'at' | 'p'>;

/** A value counts as at most so many deviations from the median: one odd night must not hide the rest. */
const furthest = 3;

/** What makes the lower quartile of the differences of normal values their standard deviation. */
const deviationsPerQuarter = 2.2219;

/** How many values it takes before a change can be told, where so many metrics are judged together. */
export function valuesNeeded(metrics: number): number {
  return enoughFor(levelOf(Math.max(1, metrics)));
}

/** Whether values, in whatever order, can hold a change that counts. */
export function canChange(values: readonly number[]): boolean {
  return counts(Math.min(...values), Math.max(...values));
}

/**
 * Finds where the level of a row of values changes. A step is looked for, and if there is none a stretch that stands
 * out, each with a permutation test; the row is cut at the step, or at the clearer end of the stretch, and both parts
 * are searched in the same way. The level of a test is alpha / 2 / `metrics`, and in a part that share of it that the
 * part has of the row (Meinshausen, Biometrika 95, 2008). So at most alpha of what did not change has a change point in
 * any metric. Changes of the median below the minimum effect are none.
 */
export function changePoints(values: readonly number[], metrics: number): ChangePoint[] {
  const random = randomIndexOf(seedOf(values));
  const search = (from: number, to: number): Cut[] => {
    const adjustment = (metrics * values.length) / (to - from);
    const cut = cutOf(scoresOf(values.slice(from, to)), adjustment, random);
    if (cut === undefined) return [];
    const at = from + cut.at;
    return [...search(from, at), {at, p: cut.p}, ...search(at, to)];
  };
  return withoutSmall(values, moved(values, search(0, values.length)));
}

/** The level of one of the two tests of a row, where so many are judged together. */
function levelOf(adjustment: number): number {
  return alpha / tests.length / adjustment;
}

/** What a row is tested for. */
const tests = [strongestStep, strongestInside];

/** Where to cut a row first, if at all. */
function cutOf(scores: readonly number[], adjustment: number, random: RandomIndex): Cut | undefined {
  for (const test of tests) {
    const arc = test(scores);
    const p = arc.strength === 0 ? undefined : chanceOf(arc, test, scores, levelOf(adjustment), random);
    if (p !== undefined) return {at: clearerEnd(scores, arc), p: p * adjustment * tests.length};
  }
  return undefined;
}

/**
 * The same figures always give the same change points. One seed for all would have all share one draw of permutations,
 * and its luck.
 */
function seedOf(values: readonly number[]): number {
  return Number.parseInt(sha256(values.join()).slice(0, 8), 16);
}

/** Distances from the median, in deviations, up to the furthest (Huber's psi). */
function scoresOf(values: readonly number[]): number[] {
  if (values.length === 0) return [];
  const median = quantileOf(values, 0.5);
  const deviation = deviationOf(values);
  return values.map(value => {
    if (value === median) return 0;
    return Math.max(-furthest, Math.min(furthest, (value - median) / deviation));
  });
}

/**
 * The standard deviation of normal values, as their small differences tell it (Qn: Rousseeuw and Croux, JASA 88, 1993):
 * neither an odd value nor another level makes it larger.
 */
function deviationOf(values: readonly number[]): number {
  const differences = values.flatMap((value, index) => values.slice(0, index).map(other => Math.abs(value - other)));
  return deviationsPerQuarter * (differences.length === 0 ? 0 : quantileOf(differences, 0.25));
}

/** Which end of a stretch parts the values on both sides more clearly, where both lie within the row. */
function clearerEnd(scores: readonly number[], {from, to}: Arc): number {
  if (from === 0) return to;
  return contrast(scores.slice(0, to), from) >= contrast(scores.slice(from), to - from) ? from : to;
}

/** Moves each cut, the first one first, to where it parts the values between its neighbours best. */
function moved(values: readonly number[], cuts: readonly Cut[]): Cut[] {
  const done: Cut[] = [];
  for (const [index, {p}] of cuts.entries()) {
    const from = done.at(-1)?.at ?? 0;
    const scores = scoresOf(values.slice(from, cuts[index + 1]?.at));
    const places = Array.from({length: scores.length - 2 * shortest + 1}, (_, place) => shortest + place);
    const contrasts = places.map(at => contrast(scores, at));
    done.push({at: from + places[contrasts.indexOf(Math.max(...contrasts))]!, p});
  }
  return done;
}

/** The difference of the means before a place and after it, standardised. */
function contrast(values: readonly number[], at: number): number {
  const mean = (part: readonly number[]): number => part.reduce((sum, value) => sum + value, 0) / part.length;
  const weight = Math.sqrt((at * (values.length - at)) / values.length);
  return Math.abs(mean(values.slice(0, at)) - mean(values.slice(at))) * weight;
}

/** Leaves out cuts between levels that are as good as the same, one after the other, the least change first. */
function withoutSmall(values: readonly number[], cuts: readonly Cut[]): ChangePoint[] {
  const points = cuts.map(({at, p}, index) => ({
    at,
    p,
    before: quantileOf(values.slice(cuts[index - 1]?.at ?? 0, at), 0.5),
    after: quantileOf(values.slice(at, cuts[index + 1]?.at), 0.5),
  }));
  const sizes = points.map(({before, after}) => sizeOf(before, after));
  const least = sizes.indexOf(Math.min(...sizes));
  if (least === -1 || sizes[least]! > rules.minimumEffect) return points;
  return withoutSmall(values, cuts.toSpliced(least, 1));
}

function counts(before: number, after: number): boolean {
  return sizeOf(before, after) > rules.minimumEffect;
}

/** A change as a share of the level before it; from 0, one without bounds. */
function sizeOf(before: number, after: number): number {
  return before === after ? 0 : Math.abs((after - before) / before);
}
