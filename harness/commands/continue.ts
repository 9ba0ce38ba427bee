import path from 'node:path';
import {differences} from '../analysis/differences.ts';
import {patchDifferences} from '../analysis/patch-differences.ts';
import {exitCode, UserError} from '../base/errors.ts';
import {type EarlierRun, readRun} from '../result/earlier.ts';
import type {Result} from '../result/schema.ts';
import {withTrials} from '../result/trials.ts';
import {type Cell, parseCells, type SweptScenario} from '../scenario/cells.ts';

/** A run that is to go on, and its scenario with as many trials an arm and cell as it is to have in the end. */
export type Continuation = {readonly earlier: EarlierRun; readonly scenario: SweptScenario};

/**
 * Reads the run that `--continue` names. Trials that were interrupted do not count; arms that have fewer than the
 * others get as many, in cells too that the run did not reach. `more` trials an arm and cell come on top.
 */
export async function readContinuation(folder: string, name: string, more: number): Promise<Continuation> {
  const all = await readRun(path.resolve(folder));
  if (all.some(({metrics}) => metrics.some(({counts}) => counts === undefined))) {
    throw new UserError(`${folder}: an older harness wrote it, and did not say which trial gave which value`, {
      hint: 'Start a new run.',
    });
  }
  const results = all.map(finishedPart);
  const {scenario: stored, sweep = {}} = results[0]!;
  const {scenario: parsed} = parseCells({...stored, ...sweep});
  if (parsed === undefined) {
    throw new UserError(`${folder}: its scenario is not one of this harness`, {
      hint: 'Go on with the harness that began it, or start a new run.',
    });
  }
  if (stored.name !== name) {
    throw new UserError(`${folder} is a run of ${stored.name}, not of ${name}`, {
      hint: `npm run scenario -- ${stored.name} --continue ${folder}`,
    });
  }
  const repeat = Math.max(...results.map(({trials}) => trials.length)) + more;
  const goOn = ({values, scenario}: Cell): Cell => ({values, scenario: {...scenario, repeat}});
  const [first, ...others] = parsed.cells;
  return {
    earlier: {folder: path.resolve(folder), results, check: refuseOtherTrials},
    scenario: {sweep: parsed.sweep, cells: [goOn(first), ...others.map(goOn)]},
  };
}

/** What of a result goes on: the trials that came to an end, and what they gave. */
function finishedPart(result: Result): Result {
  return withTrials(result, index => result.trials[index]!.outcome !== 'interrupted');
}

/** Trials of another build, or on another machine, are no more trials of the same. */
function refuseOtherTrials(then: Result, now: Result): void {
  const found = [...differences(then, now), ...patchDifferences(then, now)];
  if (found.length === 0) return;
  const lines = found.map(({what, base, other}) => `${then.series}: ${what} was ${base}, and is ${other}`);
  throw new UserError(`the run cannot go on\n${lines.join('\n')}`, {
    hint: 'Start a new run, without --continue.',
    exitCode: exitCode.notComparable,
  });
}
