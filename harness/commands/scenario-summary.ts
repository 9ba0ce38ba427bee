import path from 'node:path';
import {compare} from '../analysis/compare.ts';
import type {FinishedRun} from '../experiment/execute.ts';
import type {FinishedArm} from '../experiment/run.ts';
import {noiseText} from '../report/noise.ts';
import {comparisonText} from '../report/text.ts';
import {type CellValues, cellName, cellOf} from '../result/cell.ts';
import type {NoiseFloor} from '../result/noise-floor.ts';
import type {Result} from '../result/schema.ts';
import type {SelfComparison} from './aa.ts';

/** The finished arms of one cell, the base first. */
type FinishedCell = {readonly values: CellValues; readonly arms: readonly [FinishedArm, ...FinishedArm[]]};

/** What `--json` says of a run: files and outcomes by series, and where fields are swept, by cell and series. */
export function runSummary(run: FinishedRun, self?: SelfComparison) {
  const {folder, arms, longestPhase} = run;
  return {
    run: folder,
    ...(isSwept(run)
      ? {cells: cellsOf(run).map(({values, arms: inCell}) => ({cell: values, ...bySeries(inCell)}))}
      : bySeries(arms)),
    asExpected: arms.every(({result}) => result.asExpected),
    longestPhase,
    ...(self ? {noiseFloor: self.file} : {}),
  };
}

function bySeries(arms: readonly FinishedArm[]) {
  return {
    results: Object.fromEntries(arms.map(({file, result}) => [result.series, file])),
    outcomes: Object.fromEntries(arms.map(({result}) => [result.series, result.outcome])),
  };
}

/** Shows how the arms of a run compare, cell by cell, and where their results are. */
export function runText(run: FinishedRun, noise: NoiseFloor | null): string {
  const sections = cellsOf(run).map(cell => cellText(cell, isSwept(run), noise));
  const folder = path.relative(process.cwd(), run.folder);
  const trailer = `${longestText(run)}\nResults: ${folder}/\nAs a page: npm run report -- ${folder}\n`;
  const again = isSwept(run) ? '' : againText(run.arms);
  return `\n${lookText(run.arms[0]!.result)}\n\n${sections.join('\n')}\n${trailer}${again}`;
}

function cellText({values, arms}: FinishedCell, withHeading: boolean, noise: NoiseFloor | null): string {
  const [base, ...others] = arms;
  const text = comparisonText(
    compare(
      base.result,
      others.map(({result}) => result),
      noise,
    ),
  );
  return withHeading ? `== ${cellName(values)} ==\n\n${text}\n${againText(arms)}` : text;
}

/** How to see a comparison again; nothing where there is none. */
function againText(arms: readonly FinishedArm[]): string {
  if (arms.length === 1) return '';
  const files = arms.map(({file}) => path.relative(process.cwd(), file));
  return `Compare again: npm run compare -- ${files.join(' ')}\n`;
}

/** Shows how the two halves of a run of one series differ, and where the floor made of that is kept. */
export function selfText(run: FinishedRun, {comparison, noise, file}: SelfComparison): string {
  const kept = `Noise floor: ${path.relative(process.cwd(), file)}`;
  return `\n${comparisonText(comparison)}\n${noiseText(noise)}\n${longestText(run)}\n${kept}\n`;
}

function isSwept({arms}: FinishedRun): boolean {
  return arms[0]?.result.sweep !== undefined;
}

/** The arms of a run by cell, in the order in which they came. */
function cellsOf({arms}: FinishedRun): FinishedCell[] {
  const cells = new Map<string, {values: CellValues; arms: [FinishedArm, ...FinishedArm[]]}>();
  for (const arm of arms) {
    const values = cellOf(arm.result);
    const cell = cells.get(cellName(values));
    if (cell) cell.arms.push(arm);
    else cells.set(cellName(values), {values, arms: [arm]});
  }
  return [...cells.values()];
}

function longestText({longestPhase}: FinishedRun): string {
  return `Longest phase: ${longestPhase.name}, ${(longestPhase.ms / 1000).toFixed(1)} s`;
}

/** What the scenario says a reader should look at. */
function lookText({scenario}: Result): string {
  return `Look at: ${String(scenario['look']).trim()}`;
}
