import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {type ExitCode, exitCode, UserError} from '../base/errors.ts';
import {clockTable} from '../report/clocks.ts';
import {controlsMarkdown} from '../report/controls.ts';
import {noiseTable} from '../report/noise.ts';
import {outcomeTable} from '../report/outcome.ts';
import {costTable, deviceTable, memoryTable} from '../report/outcome-bench.ts';
import {fieldTable, fillSection, jsonSchemaText, metricTable, scenarioTable, seriesTable} from '../report/reference.ts';
import {startsTable} from '../report/starts.ts';
import {readControls, recordedControls} from '../result/controls.ts';
import {type Digest, digestSchema, readDigests, referenceFolder} from '../result/digest.ts';
import {historyLineSchema} from '../result/history.ts';
import {readNoiseFile, recordedNoise} from '../result/noise-floor.ts';
import {resultSchema} from '../result/schema.ts';
import {readStarts, recordedStarts} from '../result/starts.ts';
import {listScenarios, readSweep} from '../scenario/read.ts';
import {type Scenario, scenarioSchema} from '../scenario/schema.ts';
import {readSeries, type Series} from '../scenario/series.ts';
import {listSeries} from '../scenario/series-folders.ts';
import {isControl, seriesSchema} from '../scenario/series-schema.ts';
import {waysToSweep} from '../scenario/swept.ts';
import {isOutdated} from './digests.ts';

/** A file that is generated, or has generated sections. */
type GeneratedFile = {readonly file: string; readonly content: string};

/** Writes everything that is generated from the code. With `check`, only says what is out of date. */
export async function docsCommand(
  root: string,
  options: {readonly check: boolean},
  out: (text: string) => void,
): Promise<ExitCode> {
  const files = await generate(root);
  const current = await Promise.all(files.map(({file}) => readOptional(path.join(root, file))));
  const stale = files.filter(({content}, index) => content !== current[index]);
  for (const {file, content} of stale) {
    if (!options.check) await writeFile(path.join(root, file), content);
    out(`${file} ${options.check ? 'is out of date' : 'written'}\n`);
  }
  return options.check && stale.length > 0 ? exitCode.unexpected : exitCode.done;
}

async function generate(root: string): Promise<GeneratedFile[]> {
  const names = await listSeries(root);
  const series = await Promise.all(names.map(name => readSeries(root, name)));
  return [
    {file: 'harness/result/result.schema.json', content: jsonSchemaText(resultSchema)},
    {file: 'kernel-patches/series.schema.json', content: jsonSchemaText(seriesSchema)},
    await filled(root, 'scenarios/README.md', {
      scenarios: scenarioTable(await readScenarios(root)),
      fields: fieldTable(scenarioSchema, {title: 'may be', of: waysToSweep}),
    }),
    {file: 'harness/result/digest.schema.json', content: jsonSchemaText(digestSchema)},
    {file: 'harness/result/history.schema.json', content: jsonSchemaText(historyLineSchema)},
    await filled(root, 'kernel-patches/README.md', {
      ...(await outcomeSections(
        root,
        series.filter(({name}) => !isControl(name)),
      )),
      series: seriesTable(series.filter(({name}) => !isControl(name))),
      controls: seriesTable(series.filter(({name}) => isControl(name))),
      caught: await caughtSection(root),
      fields: fieldTable(seriesSchema),
    }),
    await filled(root, 'results/README.md', {metrics: metricTable()}),
    await filled(root, 'results/CLOCKS.md', {
      noise: noiseTable(await readNoiseFile(path.join(root, recordedNoise))),
      starts: startsTable(await readStarts(path.join(root, recordedStarts))),
      clocks: clockTable(await referenceDigests(root, series), 'iova-churn'),
    }),
  ];
}

/** The digests that are kept in the repository, of these series. */
async function referenceDigests(root: string, series: readonly Series[]): Promise<Digest[]> {
  const names = series.map(({name}) => name);
  return (await readDigests(path.join(root, referenceFolder))).filter(digest => names.includes(digest.series));
}

/** What was measured, as it is kept in the repository. */
async function outcomeSections(root: string, series: readonly Series[]): Promise<Record<string, string>> {
  const digests = await referenceDigests(root, series);
  const areOutdated = await Promise.all(digests.map(digest => isOutdated(root, digest)));
  const outdated = digests.filter((_, index) => areOutdated[index]);
  return {
    outcome: outcomeTable({digests, scenarios: await readScenarios(root), series, outdated}),
    cost: costTable(digests),
    memory: memoryTable(digests),
    devices: deviceTable(digests),
  };
}

async function readScenarios(root: string): Promise<Scenario[]> {
  const folder = path.join(root, 'scenarios');
  const names = await listScenarios(folder);
  const scenarios = await Promise.all(names.map(name => readSweep(path.join(folder, `${name}.yaml`), [])));
  return scenarios.map(({cells: [{scenario}]}) => scenario); // What is shown of it is the same in all cells.
}

/** Which oracle catches which control, as it was recorded. */
async function caughtSection(root: string): Promise<string> {
  const report = await readControls(path.join(root, recordedControls));
  return report === undefined ? 'None has been recorded.' : controlsMarkdown(report);
}

/** A document with its generated sections filled anew. */
async function filled(root: string, file: string, sections: Readonly<Record<string, string>>): Promise<GeneratedFile> {
  let content = (await readOptional(path.join(root, file))) ?? '';
  for (const [name, text] of Object.entries(sections)) {
    const next = fillSection(content, name, text);
    if (next === undefined) {
      throw new UserError(`${file} has no place for the generated section ${name}`, {
        hint: `Give it the lines <!-- generated: ${name} --> and <!-- end: ${name} -->.`,
      });
    }
    content = next;
  }
  return {file, content};
}

async function readOptional(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
