import {mkdir, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {byRunOrder, groupByCell, type ResultCell} from '../analysis/cells.ts';
import {compare} from '../analysis/compare.ts';
import {asError, type ExitCode, exitCode, UserError} from '../base/errors.ts';
import type {ComparedCell} from '../report/page/model.ts';
import {reportPage} from '../report/page/report-page.ts';
import {differencesText} from '../report/text.ts';
import {cellName} from '../result/cell.ts';
import {resultFiles} from '../result/earlier.ts';
import {placeOf, readNoiseFloor} from '../result/noise-floor.ts';
import {readResults} from '../result/read.ts';
import type {Result} from '../result/schema.ts';

/** How a report is asked for. */
export type ReportOptions = {
  /** The file to write; without it, one beside the folder of the first run. */
  readonly out?: string;
  /** The series that the others are compared with; without it, the first. */
  readonly base?: string;
  readonly force: boolean;
  /** The folder of results whose noise floors count. */
  readonly results: string;
};

/** A result, and the file that it was read from. */
type ReadFile = {readonly result: Result; readonly file: string};

/**
 * Writes the report of runs and result files as one HTML file. Results are compared within each cell; those that do not
 * compare need `force`.
 */
export async function reportCommand(
  inputs: readonly string[],
  options: ReportOptions,
  out: (text: string) => void,
): Promise<ExitCode> {
  const read = (await Promise.all(inputs.map(readInput))).flat();
  requireBase(read, options.base);
  const file = path.resolve(options.out ?? `${path.dirname(path.resolve(read[0]!.file))}.html`);
  const cells = await Promise.all(groupByCell(read).map(cell => compareCell(cell, options, path.dirname(file))));
  if (!options.force && cells.some(({comparison}) => !comparison.comparable)) {
    out(`${cells.flatMap(reasonsOf).join('\n')}\n\n--force reports them all the same.\n`);
    return exitCode.notComparable;
  }
  const page = reportPage(cells);
  await write(file, page);
  out(`Report: ${path.relative(process.cwd(), file)} (${(Buffer.byteLength(page) / 2 ** 20).toFixed(1)} MiB)\n`);
  return exitCode.done;
}

/** All results of a run, in its order, or that of one file. */
async function readInput(input: string): Promise<ReadFile[]> {
  const isFolder = await stat(input).then(
    found => found.isDirectory(),
    () => false, // Reading it as a file tells what is wrong.
  );
  const files = isFolder ? await resultFiles(input) : [input];
  const results = await readResults(files);
  return results.map((result, index) => ({result, file: files[index]!})).sort((a, b) => byRunOrder(a.result, b.result));
}

function requireBase(read: readonly ReadFile[], base: string | undefined): void {
  const names = [...new Set(read.map(({result}) => result.series))];
  if (base === undefined || names.includes(base)) return;
  throw new UserError(`no result is of the series ${base}`, {hint: `There are results of ${names.join(', ')}.`});
}

/** Compares the results of a cell with the base. */
async function compareCell(
  {scenario, values, members}: ResultCell<ReadFile>,
  {base, results}: ReportOptions,
  folder: string,
): Promise<ComparedCell> {
  const first = members.find(({result}) => result.series === base) ?? members[0];
  const others = members.filter(member => member !== first);
  const noise = await readNoiseFloor(results, placeOf(first.result));
  return {
    scenario,
    values,
    members: [first, ...others].map(({result, file}) => ({result, path: path.relative(folder, path.resolve(file))})),
    comparison: compare(
      first.result,
      others.map(({result}) => result),
      noise,
    ),
  };
}

/** Why the results of a cell do not compare; nothing where they do. */
function reasonsOf({values, comparison}: ComparedCell): string[] {
  const lines = differencesText(comparison);
  const name = cellName(values);
  return lines.length === 0 || name === '' ? lines : [`${name}:`, ...lines.map(line => `  ${line}`)];
}

async function write(file: string, page: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), {recursive: true});
    await writeFile(file, page);
  } catch (cause) {
    throw new UserError(`cannot write ${file}: ${asError(cause).message}`, {
      hint: 'Name another file with --out.',
      cause,
    });
  }
}
