import type {Digest} from '../result/digest.ts';
import type {Result} from '../result/schema.ts';
import {impliedByVirtual} from '../scenario/implied.ts';
import {defaultBase, type KernelBase, kernelBases} from '../scenario/kernel-base.ts';
import {type Difference, differences} from './differences.ts';
import {makeDigest} from './digest.ts';
import {patchDifferences} from './patch-differences.ts';
import {startDifferences} from './start.ts';

/** Values of a scenario that make no variant of it. */
const sameVariant = ['schemaVersion', 'name', 'summary', 'look', 'series', 'repeat', 'seed'];

/** What the scenarios' files say, by the name of the scenario. */
export type ScenarioDefaults = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** The packaged Linux that L1 ran, or the usual one where it was built from a tree. */
export function kernelBaseOf({provenance: {kernel}}: Pick<Result, 'provenance'>): KernelBase {
  const {source} = kernel;
  return (source.kind === 'package' && kernelBases.find(base => source.name === `linux-source-${base}`)) || defaultBase;
}

/**
 * How a result came about otherwise than its scenario's file says, under another clock than the machine's, or on another
 * Linux: `devices=4, clock=virtual, linux=7.2`; empty if not.
 */
export function variantOf(result: Result, defaults: ScenarioDefaults): string {
  const {scenario} = result;
  const isVirtual = result.clock === 'virtual';
  const usual = {...defaults.get(scenario.name), ...(isVirtual ? impliedByVirtual : {})};
  const base = kernelBaseOf(result);
  const values = Object.entries(usual)
    .filter(([key]) => !sameVariant.includes(key) && scenario[key] !== undefined)
    .filter(([key, value]) => String(scenario[key]) !== String(value))
    .map(([key]) => `${key}=${String(scenario[key])}`)
    .sort();
  return [...values, ...(isVirtual ? ['clock=virtual'] : []), ...(base === defaultBase ? [] : [`linux=${base}`])].join(
    ', ',
  );
}

/** Results that would go into one digest, and do not belong together. */
export type Clash = {readonly runs: readonly [string, string]; readonly difference: Difference};

/**
 * Sums up the results of all runs: a digest for each series under each variant of a scenario. Ratios are to the
 * series `base` of the same runs, and of the same cell in a sweep.
 */
export function digestRuns(
  results: readonly Result[],
  defaults: ScenarioDefaults,
  base: string,
): {readonly digests: readonly Digest[]; readonly clashes: readonly Clash[]} {
  const groups = new Map<string, {variant: string; results: [Result, ...Result[]]}>();
  for (const result of results) {
    const variant = variantOf(result, defaults);
    const key = [result.scenario.name, variant, result.series].join('\0');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, {variant, results: [result]});
    else group.results.push(result);
  }
  const all = [...groups.values()];
  const digests = all.map(group => {
    const runs = group.results.map(({run}) => run);
    const bases = results.filter(
      result => result.series === base && runs.includes(result.run) && variantOf(result, defaults) === group.variant,
    );
    return makeDigest({...group, base: bases});
  });
  return {digests, clashes: all.flatMap(group => clashesOf(group.results))};
}

function clashesOf([first, ...others]: readonly [Result, ...Result[]]): Clash[] {
  return others.flatMap(other =>
    [...differences(first, other), ...startDifferences(first, other), ...patchDifferences(first, other)]
      .filter(({what}) => what !== 'scenario.seed')
      .map(difference => ({runs: [first.run, other.run] as const, difference})),
  );
}
