import path from 'node:path';
import {cacheRoot} from '../build/store.ts';
import {executeRun, type FinishedRun} from '../experiment/execute.ts';
import {readScenario} from '../scenario/read.ts';
import type {Scenario} from '../scenario/schema.ts';
import {readSeries} from '../scenario/series.ts';
import type {Context} from './context.ts';
import {overridesOf, type ScenarioChanges} from './overrides.ts';

/** Reads a scenario of the repository, as a command does that runs it by itself. */
export function readOwnScenario(name: string, changes: ScenarioChanges, {repository}: Context): Promise<Scenario> {
  return readScenario(path.join(repository, 'scenarios', `${name}.yaml`), overridesOf(changes));
}

/** Runs a scenario under all its series, built from the packaged sources. */
export async function runUnattended(
  scenario: Scenario,
  resultsFolder: string,
  {repository, emit, signal}: Context,
): Promise<FinishedRun> {
  const cells = [{values: {}, scenario}] as const;
  const series = await Promise.all(scenario.series.map(name => readSeries(repository, name)));
  return executeRun(
    {
      repository,
      cache: cacheRoot(),
      resultsFolder,
      sweep: {},
      cells,
      series,
      trees: {},
      clock: 'wall',
      accel: 'auto',
      refreshSources: false,
      keep: false,
      boot: false,
      fork: false,
    },
    emit,
    signal,
  );
}
