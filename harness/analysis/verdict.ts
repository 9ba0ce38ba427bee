import type {Metric} from '../result/schema.ts';
import {holm, smallestP} from './permutation.ts';
import {makeResampling, type Resampling} from './resampling.ts';
import {quantileOf} from './statistics.ts';

/** What the figures of two arms allow to be said of a metric. */
export type VerdictKind = 'better' | 'worse' | 'same' | 'unclear';

/** One metric of two arms: one value a trial, since only trials are independent of one another. */
export type Pair = {
  readonly name: string;
  readonly better: Metric['better'];
  readonly base: readonly number[];
  readonly other: readonly number[];
  /** By how much of the base's median an arm differs from itself on this machine; null where nobody measured it. */
  readonly floor: number | null;
};

/** A verdict, and what it rests on. */
export type Verdict = {
  readonly name: string;
  readonly kind: VerdictKind;
  /** The other's median over the base's; null where the base's is 0. */
  readonly ratio: number | null;
  /** Bootstrap interval of the ratio. */
  readonly interval: readonly [number, number] | null;
  /** The permutation test's p-value, adjusted for all metrics that are judged together. */
  readonly p: number;
  /** The smallest change, as a share of the base, that counts: the minimum effect, or the floor if that is more. */
  readonly threshold: number;
  readonly floorKnown: boolean;
  /** Of an unclear one: trials an arm needs before a change of the threshold's size can be told; null where none tells. */
  readonly trialsNeeded: number | null;
};

/** How sure a verdict has to be. */
export type Rules = {
  /** The chance of one wrong `better` or `worse` among all metrics of a comparison. */
  readonly alpha: number;
  /** A change below this share of the base never counts. */
  readonly minimumEffect: number;
};

export const rules: Rules = {alpha: 0.05, minimumEffect: 0.01};

/** More trials than this are never asked for: then the metric is too noisy to be judged. */
const mostTrials = 1000;

/**
 * Judges metrics of two arms together. A metric is better or worse if the permutation test says that the arms differ
 * (Holm's adjustment over all metrics), the bootstrap interval of the ratio of medians leaves out 1, and the change is
 * larger than the threshold. It is the same if the whole interval lies within the threshold. Else it is unclear.
 */
export function judge(pairs: readonly Pair[], {permutations, bootstrap}: Resampling = makeResampling()): Verdict[] {
  const needed = neededFor(pairs.length);
  const ps = holm(pairs.map(({base, other}) => (isEmpty(base, other) ? 1 : permutations.p(base, other))));
  return pairs.map((pair, index) => {
    const {base, other, floor} = pair;
    const threshold = Math.max(rules.minimumEffect, floor ?? 0);
    const interval = isEmpty(base, other) ? null : bootstrap.ratioInterval(base, other, 1 - rules.alpha);
    const facts = {
      ratio: ratioOf(base, other),
      interval,
      p: ps[index]!,
      threshold,
      floorKnown: floor !== null,
    };
    const kind = Math.min(base.length, other.length) < needed ? 'unclear' : kindOf(pair, facts);
    return {
      name: pair.name,
      kind,
      ...facts,
      trialsNeeded: kind === 'unclear' ? trialsNeeded(pair, interval, threshold, needed) : null,
    };
  });
}

/** Trials an arm needs before the test can reject anything when it judges so many metrics. */
function neededFor(metrics: number): number {
  for (let trials = 2; trials < mostTrials; trials++) {
    if (smallestP(trials, trials) * metrics <= rules.alpha) return trials;
  }
  return mostTrials;
}

function kindOf(
  {better, base, other}: Pair,
  {ratio, interval, p, threshold}: Pick<Verdict, 'ratio' | 'interval' | 'p' | 'threshold'>,
): VerdictKind {
  const change = ratio === null ? changeFromZero(base, other) : ratio - 1;
  const isOutside = interval === null || interval[0] > 1 || interval[1] < 1;
  if (p <= rules.alpha && isOutside && Math.abs(change) > threshold) {
    return change > 0 === (better === 'higher') ? 'better' : 'worse';
  }
  const isWithin = interval !== null && interval[0] >= 1 - threshold && interval[1] <= 1 + threshold;
  return isWithin || [...base, ...other].every(value => value === base[0]) ? 'same' : 'unclear';
}

/** With a base of 0 there is no ratio, but any other median is a change without bounds. */
function changeFromZero(base: readonly number[], other: readonly number[]): number {
  const difference = quantileOf(other, 0.5) - quantileOf(base, 0.5);
  return difference === 0 ? 0 : Math.sign(difference) * Number.POSITIVE_INFINITY;
}

/** The width of the interval shrinks with the root of the number of trials. */
function trialsNeeded(
  {base, other}: Pair,
  interval: readonly [number, number] | null,
  threshold: number,
  atLeast: number,
): number | null {
  const trials = Math.min(base.length, other.length);
  if (trials < atLeast) return atLeast;
  if (interval === null) return null;
  const width = (interval[1] - interval[0]) / 2;
  const wanted = Math.ceil(trials * (width / threshold) ** 2);
  return Math.min(mostTrials, Math.max(trials + 1, wanted));
}

function ratioOf(base: readonly number[], other: readonly number[]): number | null {
  if (isEmpty(base, other)) return null;
  const below = quantileOf(base, 0.5);
  return below === 0 ? null : quantileOf(other, 0.5) / below;
}

function isEmpty(base: readonly number[], other: readonly number[]): boolean {
  return base.length === 0 || other.length === 0;
}
