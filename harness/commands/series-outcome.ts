import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {digestRuns, type ScenarioDefaults} from '../analysis/outcome.ts';
import {type ExitCode, exitCode, UserError} from '../base/errors.ts';
import {type Digest, digestFile, referenceFolder, writeDigest} from '../result/digest.ts';
import {readRun} from '../result/earlier.ts';
import {metricDefinition} from '../result/metrics.ts';
import type {Result} from '../result/schema.ts';
import {readSweep} from '../scenario/read.ts';
import type {Context} from './context.ts';

/** The flags of `series outcome`. */
export type SeriesOutcomeOptions = {readonly out?: string; readonly base: string; readonly countsOnly: boolean};

/** Sums the results of runs up in small files, of which `docs` makes the outcome page. */
export async function seriesOutcomeCommand(
  runs: readonly string[],
  options: SeriesOutcomeOptions,
  {repository, out}: Context,
): Promise<ExitCode> {
  const results = (await Promise.all([...new Set(runs.map(run => path.resolve(run)))].map(readRun))).flat();
  const {digests, clashes} = digestRuns(results, await readDefaults(repository, results), options.base);
  if (clashes.length > 0) {
    const lines = clashes.map(
      ({runs: [first, other], difference: {what, base, other: value}}) =>
        `${first} and ${other} do not belong together: ${what} is ${base}, and ${value}`,
    );
    throw new UserError(lines.join('\n'), {hint: 'Name runs of the same build on the same machine.'});
  }
  const folder = path.resolve(options.out ?? path.join(repository, referenceFolder));
  for (const digest of digests) {
    const file = digestFile(folder, digest);
    await mkdir(path.dirname(file), {recursive: true});
    await writeDigest(file, options.countsOnly ? withoutTimes(digest) : digest);
    out(`${path.relative(process.cwd(), file)}: ${digest.outcome} in ${digest.trials} trials\n`);
  }
  return exitCode.done;
}

/** Times and rates of a machine that had other work say nothing; counts do. */
function withoutTimes(digest: Digest): Digest {
  return {...digest, metrics: digest.metrics.filter(({name}) => metricDefinition(name)?.clocked === false)};
}

async function readDefaults(repository: string, results: readonly Result[]): Promise<ScenarioDefaults> {
  const names = [...new Set(results.map(({scenario}) => scenario.name))];
  const files = names.map(name => path.join(repository, 'scenarios', `${name}.yaml`));
  const scenarios = await Promise.all(files.map(file => readSweep(file, [])));
  // A swept field is shown to have all its values, so that each cell is a variant.
  return new Map(scenarios.map(({sweep, cells: [{scenario}]}) => [scenario.name, {...scenario, ...sweep}]));
}
