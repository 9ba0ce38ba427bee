import path from 'node:path';
import {cellName, cellOf} from '../result/cell.ts';
import type {EarlierRun} from '../result/earlier.ts';
import {type Provenance, type Result, resultVersion, worstOutcome} from '../result/schema.ts';
import {joinMetrics} from '../result/trials.ts';
import type {Cell} from '../scenario/cells.ts';
import {expectationOf} from '../scenario/series.ts';
import type {Arm} from './arm.ts';
import {measureArm} from './measure.ts';
import {provenanceOf} from './provenance.ts';
import type {Run} from './run.ts';
import type {FinishedTrial} from './trial.ts';

/** What an earlier run found of a series in a cell; nothing where it did not come so far. */
export function earlierOf(earlier: EarlierRun | undefined, series: string, {values}: Cell): Result | undefined {
  return earlier?.results.find(result => result.series === series && cellName(cellOf(result)) === cellName(values));
}

/** Which trials a result has. */
export function indicesOf(result: Result | undefined): Set<number> {
  return new Set(result?.trials.map(({index}) => index));
}

/** The result of an arm in a cell, of earlier trials and of those that have come to their end since. */
export function resultOf(run: Run, cell: Cell, arm: Arm, finished: readonly FinishedTrial[]): Result {
  const earlier = earlierOf(run.earlier, arm.series.name, cell);
  const trials = [...(earlier?.trials ?? []), ...finished.map(({trial}) => trial)];
  const metrics = measureArm(finished);
  const expected = expectationOf(arm.series, cell.scenario.name);
  return {
    schemaVersion: resultVersion,
    run: path.basename(run.folder),
    startedAt: earlier?.startedAt ?? run.startedAt,
    finishedAt: new Date().toISOString(),
    series: arm.series.name,
    scenario: cell.scenario,
    ...(Object.keys(run.sweep).length > 0 ? {cell: cell.values, sweep: run.sweep} : {}),
    accelerator: run.accelerator,
    clock: run.clock,
    outcome: worstOutcome(trials.map(trial => trial.outcome)),
    expected,
    asExpected: trials.every(trial => expected.outcomes.includes(trial.outcome)),
    provenance: provenanceOf(run.facts, run.artifacts, arm, run.probe),
    trials,
    metrics: earlier ? joinMetrics(earlier, metrics, finished.length) : metrics,
    warnings: [...new Set([...warningsBefore(run, earlier, finished), ...trials.flatMap(trial => trial.warnings)])],
  };
}

/** What was warned of before, and whether another state of the harness goes on: provenance is of the last part. */
function warningsBefore({facts}: Run, earlier: Result | undefined, finished: readonly FinishedTrial[]): string[] {
  if (!earlier) return [];
  const before = stateOf(earlier.provenance);
  const now = stateOf(facts);
  const change = `the first ${earlier.trials.length} trials are of the harness at ${before}, those after them at ${now}`;
  return [...earlier.warnings, ...(before === now || finished.length === 0 ? [] : [change])];
}

function stateOf({harness: {version, commit, dirty}}: Pick<Provenance, 'harness'>): string {
  return [commit?.slice(0, 12) ?? version, dirty ? 'with changes' : []].flat().join(' ');
}
