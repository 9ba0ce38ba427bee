import path from 'node:path';
import {type Track, tracksOf} from '../analysis/track.ts';
import {newlyWorse, type Trend, trendOf} from '../analysis/trend.ts';
import {type ExitCode, exitCode, UserError} from '../base/errors.ts';
import {trackTitle, trendText} from '../report/trend.ts';
import {trendPage} from '../report/trend-page.ts';
import {readRun} from '../result/earlier.ts';
import {historyName} from '../result/history-file.ts';
import {writeWhole} from '../result/write.ts';
import {didYouMean} from '../scenario/nearest.ts';
import type {Context} from './context.ts';
import {allResults, keepResults} from './history.ts';
import {namesIn} from './overrides.ts';

/** The flags of `trend`. */
export type TrendOptions = {
  readonly history?: string;
  readonly metric: readonly string[];
  readonly series?: string;
  readonly scenario?: string;
  readonly json: boolean;
  readonly page?: string;
  readonly failOnWorse: boolean;
};

/** What there is to show: of a history, the part that was asked for. */
type View = {readonly trends: readonly Trend[]; readonly worse: readonly string[]};

/**
 * Appends runs to a history, and shows the tracks that they belong to; without a run, all tracks. With `failOnWorse`
 * it ends with 1 where the runs bring to light that a metric has become worse.
 */
export async function trendCommand(
  runs: readonly string[],
  options: TrendOptions,
  {repository, out, emit}: Omit<Context, 'signal'>,
): Promise<ExitCode> {
  if (options.failOnWorse && runs.length === 0) {
    throw new UserError('--fail-on-worse says whether runs made something worse, and none is named', {
      hint: 'npm run trend -- results/<run> --fail-on-worse',
    });
  }
  const results = (await Promise.all([...new Set(runs.map(run => path.resolve(run)))].map(readRun))).flat();
  const file = options.history ?? path.join(repository, 'results', historyName);
  const lines = results.length === 0 ? await allResults(file, emit) : await keepResults(file, results, emit);
  if (lines.length === 0) {
    throw new UserError(`${file}: there are no results in this history`, {
      hint: 'Append a run: npm run trend -- results/<run>',
    });
  }
  const names = new Set(results.map(({run}) => run));
  const {trends, worse} = look(tracksOf(lines), names, options);
  if (options.json) out(`${JSON.stringify({history: file, trends, worse}, undefined, 2)}\n`);
  else out(`${[trendText(trends, options.metric.length > 0), ...worse].join('\n')}\n`);
  if (options.page !== undefined) await writeWhole(options.page, trendPage(trends));
  return options.failOnWorse && worse.length > 0 ? exitCode.unexpected : exitCode.done;
}

/** Chooses the tracks that are asked for, judges them, and then chooses the metrics. */
function look(tracks: readonly Track[], runs: ReadonlySet<string>, options: TrendOptions): View {
  const series = wanted(
    'series',
    options.series,
    tracks.map(track => track.series),
  );
  const scenarios = wanted(
    'scenario',
    options.scenario,
    tracks.map(track => track.scenario.name),
  );
  const trends = tracks
    .filter(track => series.includes(track.series) && scenarios.includes(track.scenario.name))
    .filter(track => runs.size === 0 || track.results.some(({run}) => runs.has(run)))
    .map(trendOf);
  const all = trends.flatMap(trend => trend.metrics.map(({name}) => name));
  const metrics = wanted('metric', options.metric.length === 0 ? undefined : options.metric.join(), all);
  const worse = trends.flatMap(trend => {
    const names = newlyWorse(trend, runs)
      .map(({name}) => name)
      .filter(name => metrics.includes(name));
    return names.length === 0 ? [] : [`Worse by what was appended: ${trackTitle(trend)}: ${names.join(', ')}`];
  });
  const narrow = (trend: Trend): Trend => ({
    ...trend,
    metrics: trend.metrics.filter(({name}) => metrics.includes(name)),
  });
  return {trends: trends.map(narrow).filter(trend => trend.metrics.length > 0), worse};
}

/** The names that an option lists; without it, all there are. */
function wanted(option: string, list: string | undefined, known: readonly string[]): readonly string[] {
  const names = list === undefined ? known : namesIn(list);
  const unknown = names.find(name => !known.includes(name));
  if (unknown === undefined) return names;
  const present = [...new Set(known)].sort();
  throw new UserError(`--${option} ${unknown}: the history has no such ${option}${didYouMean(unknown, present)}`, {
    hint: present.length > 0 ? `It has ${present.join(', ')}.` : 'Ask for less.',
  });
}
