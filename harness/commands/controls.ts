import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {findingOf, judgeControls, updatedReport} from '../analysis/controls.ts';
import {type ExitCode, exitCode, UserError} from '../base/errors.ts';
import {asControl, type Control, controlRuns} from '../plan/controls.ts';
import {controlsMarkdown, controlsText} from '../report/controls.ts';
import {type ControlReport, readControls, recordedControls, writeControls} from '../result/controls.ts';
import type {Result} from '../result/schema.ts';
import {makeResultsFolder} from '../result/write.ts';
import {didYouMean} from '../scenario/nearest.ts';
import type {Scenario} from '../scenario/schema.ts';
import {readSeries} from '../scenario/series.ts';
import {listSeries} from '../scenario/series-folders.ts';
import {controlsFolder, isControl} from '../scenario/series-schema.ts';
import type {Context} from './context.ts';
import {namesIn, type ScenarioChanges} from './overrides.ts';
import {readOwnScenario, runUnattended} from './unattended.ts';

/** The flags of `controls`. */
export type ControlsOptions = Omit<ScenarioChanges, 'series'> & {
  readonly only?: string;
  readonly out: string;
  readonly record?: boolean;
  readonly json?: boolean;
};

/** The scenario of the oracle at the log, which is to look at every control. */
const logOracle = 'type1-random';

/**
 * Runs the series that are broken on purpose, and those that they break, under the scenarios that are to notice, and
 * shows which oracle catches which. It is a failure if one is caught by none. The report is written anew after each
 * scenario.
 */
export async function controlsCommand(options: ControlsOptions, context: Context): Promise<ExitCode> {
  const folder = path.resolve(options.out);
  const all = await readControlSeries(context.repository);
  const controls = chosen(all, options.only);
  const scenarios = await readScenarios(controls, options, context);
  await makeResultsFolder(folder);
  const startedAt = new Date().toISOString();
  const file = path.join(folder, `controls-${startedAt.replace(/[-:]|\.\d+/g, '')}`);
  const results: Result[] = [];
  for (const scenario of scenarios) {
    const {arms} = await runUnattended(scenario, folder, context);
    results.push(...arms.map(({result}) => result));
    await save(reportOf(controls, results, startedAt), file);
  }
  const report = reportOf(controls, results, startedAt);
  if (options.record) await record(report, all, context);
  context.out(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : controlsText(report));
  return judgeControls(report).complaints.length === 0 ? exitCode.done : exitCode.unexpected;
}

/** Every series of the folder of controls. */
async function readControlSeries(repository: string): Promise<Control[]> {
  const names = (await listSeries(repository)).filter(isControl);
  const series = await Promise.all(names.map(name => readSeries(repository, name)));
  return series.map(one => asControl(one, logOracle));
}

/** The controls that are asked for, with or without the name of their folder; all where none is. */
function chosen(all: readonly Control[], only: string | undefined): readonly Control[] {
  if (only === undefined) return all;
  return namesIn(only).map(name => {
    const found = all.find(({series}) => series.name === name || series.name === `${controlsFolder}/${name}`);
    if (found !== undefined) return found;
    const known = all.map(({series}) => path.basename(series.name));
    throw new UserError(`--only ${only}: there is no control ${JSON.stringify(name)}${didYouMean(name, known)}`, {
      hint: `Known controls: ${known.join(', ') || 'none'}.`,
    });
  });
}

/** Reads the scenarios that are to be run, each with its series. */
function readScenarios(controls: readonly Control[], options: ControlsOptions, context: Context): Promise<Scenario[]> {
  const {set, repeat} = options;
  const changes = {set, ...(repeat === undefined ? {} : {repeat})};
  return Promise.all(
    controlRuns(controls).map(({scenario, series}) =>
      readOwnScenario(scenario, {...changes, series: series.join(',')}, context),
    ),
  );
}

function reportOf(controls: readonly Control[], results: readonly Result[], startedAt: string): ControlReport {
  return {
    schemaVersion: 1,
    startedAt,
    accelerator: results[0]?.accelerator ?? null,
    controls: controls.map(({series, base}) => ({
      series: series.name,
      title: series.title,
      base,
      notApplicable: series.unsupported.map(({scenario}) => scenario),
    })),
    findings: results.map(findingOf),
  };
}

async function save(report: ControlReport, file: string): Promise<void> {
  await writeControls(`${file}.json`, report);
  await writeFile(`${file}.md`, `${controlsMarkdown(report)}\n`);
}

/** Makes the report, or what it says anew, the one that the documents are made from. */
async function record(report: ControlReport, all: readonly Control[], context: Context): Promise<void> {
  const file = path.join(context.repository, recordedControls);
  const older = await readControls(file);
  const known = all.map(({series}) => series.name);
  await writeControls(file, older === undefined ? report : updatedReport(older, report, known));
  context.emit({kind: 'note', message: `${recordedControls} is written; npm run docs puts it into the documents`});
}
