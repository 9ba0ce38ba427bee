import {readdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {tracksOf} from '../analysis/track.ts';
import {newlyWorse, trendOf} from '../analysis/trend.ts';
import {describeError, type ExitCode, exitCode} from '../base/errors.ts';
import {isWell, type NightArm, type NightTrend, nightlyMarkdown} from '../report/nightly.ts';
import {historyName} from '../result/history-file.ts';
import {placeOf, readNoiseFloor} from '../result/noise-floor.ts';
import {readResult} from '../result/read.ts';
import type {Result} from '../result/schema.ts';
import {makeResultsFolder} from '../result/write.ts';
import {readSeries} from '../scenario/series.ts';
import {listSeries} from '../scenario/series-folders.ts';
import {isControl} from '../scenario/series-schema.ts';
import type {Context} from './context.ts';
import {keepResults} from './history.ts';
import type {ScenarioChanges} from './overrides.ts';
import {readOwnScenario, runUnattended} from './unattended.ts';

/** The flags of `nightly`. */
export type NightlyOptions = Omit<ScenarioChanges, 'series'> & {readonly out: string};

/** The scenario that is run every night. */
const scenarioName = 'iova-churn';

/**
 * Runs the night's scenario under every series but the controls, each on its own, so that one that does not
 * build costs the others nothing, appends what they found to the history, and writes `nightly-<utc>.md`, both beside
 * the results.
 */
export async function nightlyCommand(options: NightlyOptions, context: Context): Promise<ExitCode> {
  const startedAt = new Date().toISOString();
  const folder = path.resolve(options.out);
  await makeResultsFolder(folder);
  const names = await seriesOfNight(context);
  const earlier = await earlierResults(folder);
  const arms: NightArm[] = [];
  for (const series of names) {
    arms.push(await runSeries(series, options, folder, earlier, context));
    context.signal.throwIfAborted();
  }
  const summary = nightlyMarkdown({startedAt, arms});
  const file = path.join(folder, `nightly-${startedAt.replace(/[-:]|\.\d+/g, '')}.md`);
  await writeFile(file, summary);
  context.out(summary);
  if (arms.every(arm => 'failure' in arm)) return exitCode.unusable;
  return arms.every(isWell) ? exitCode.done : exitCode.unexpected;
}

/** The series that are run: neither controls nor such as say that they are not run under the night's scenario. */
export async function seriesOfNight({repository, emit}: Pick<Context, 'repository' | 'emit'>): Promise<string[]> {
  const names = (await listSeries(repository)).filter(name => !isControl(name));
  const notes = await Promise.all(names.map(name => whyNotRun(repository, name)));
  for (const message of notes.flatMap(note => note ?? [])) emit({kind: 'note', message});
  return names.filter((_, index) => notes[index] === undefined);
}

/** Why a series is not run. One that cannot be read is: the night then says what is wrong with it. */
async function whyNotRun(repository: string, name: string): Promise<string | undefined> {
  const series = await readSeries(repository, name).catch(() => undefined);
  const reason = series?.unsupported.find(({scenario}) => scenario === scenarioName)?.reason;
  return reason === undefined ? undefined : `${name} is not run under ${scenarioName}: ${reason}`;
}

async function runSeries(
  series: string,
  options: NightlyOptions,
  folder: string,
  earlier: readonly Result[],
  context: Context,
): Promise<NightArm> {
  const scenario = await readOwnScenario(scenarioName, {...options, series}, context);
  try {
    const run = await runUnattended(scenario, folder, context);
    const {result} = run.arms[0]!;
    const noise = await readNoiseFloor(folder, placeOf(result));
    const trend = await keepNight(path.join(folder, historyName), result, context);
    return {series, result, earlier: earlier.find(one => one.series === series) ?? null, noise, trend};
  } catch (error) {
    context.signal.throwIfAborted();
    return {series, failure: describeError(error)};
  }
}

/** Appends a result to the history. A history that cannot be read or written must not cost the night its summary. */
export async function keepNight(file: string, result: Result, {emit}: Pick<Context, 'emit'>): Promise<NightTrend> {
  try {
    const lines = await keepResults(file, [result], emit);
    const isOurs = ({run, series}: {run: string; series: string}): boolean =>
      run === result.run && series === result.series;
    const trend = trendOf(tracksOf(lines).find(({results}) => results.some(isOurs))!);
    return {trend, worse: newlyWorse(trend, new Set([result.run])).map(({name}) => name)};
  } catch (error) {
    return {failure: describeError(error)};
  }
}

/** All readable results of the scenario in a folder of results, the newest first. */
async function earlierResults(folder: string): Promise<Result[]> {
  const entries = await readdir(folder, {recursive: true});
  const files = entries.filter(name => /^[^/]+\/[^/]+\.json$/.test(name)).map(name => path.join(folder, name));
  const read = await Promise.allSettled(files.map(readResult));
  return read
    .flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
    .filter(result => result.scenario.name === scenarioName)
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}
