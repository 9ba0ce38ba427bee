import {type Comparison, compare} from '../analysis/compare.ts';
import {noiseOf} from '../analysis/noise.ts';
import {UserError} from '../base/errors.ts';
import type {RunRequest} from '../experiment/execute.ts';
import {type NoiseFloor, placeOf, writeNoiseFloor} from '../result/noise-floor.ts';
import type {Result} from '../result/schema.ts';
import {withTrials} from '../result/trials.ts';

/** What a run of one series against itself found. */
export type SelfComparison = {
  /** Its trials, dealt out to two arms in turned order: 1, 4, 5, 8, … and 2, 3, 6, 7, …. */
  readonly comparison: Comparison;
  readonly noise: NoiseFloor;
  /** The file that keeps the floor. */
  readonly file: string;
};

/** Turns a request into one of a series against itself: the trials of both arms are run as those of one. */
export function againstItself(request: RunRequest): RunRequest {
  const {series, cells} = request;
  if (series.length !== 1) {
    throw new UserError(`--aa runs one series against itself, and there are ${series.length}`, {
      hint: `Name one: --series ${series[0]?.name ?? 'upstream'}`,
    });
  }
  if (cells.length > 1) {
    throw new UserError(
      `--aa measures one floor, which holds for the whole scenario, and there are ${cells.length} cells`,
      {
        hint: `Choose one: ${Object.entries(cells[0].values)
          .map(([field, value]) => `--set ${field}=${value}`)
          .join(' ')}`,
      },
    );
  }
  const [{values, scenario}] = cells;
  if (scenario.repeat < 2) {
    throw new UserError('--aa needs two trials an arm at least', {hint: 'Ask for more, such as --repeat 10.'});
  }
  return {...request, cells: [{values, scenario: {...scenario, repeat: 2 * scenario.repeat}}]};
}

/** Compares the two halves of a result, and keeps how much the series differs from itself on this machine. */
export async function compareWithItself(result: Result, resultsFolder: string): Promise<SelfComparison> {
  const noise: NoiseFloor = {
    schemaVersion: 1,
    kind: 'noise-floor',
    place: placeOf(result),
    series: result.series,
    run: result.run,
    measuredAt: result.finishedAt,
    metrics: noiseOf(result),
  };
  const file = await writeNoiseFloor(resultsFolder, noise);
  const isFirst = (index: number): boolean => index % 4 === 0 || index % 4 === 3;
  const arm = (name: string, keep: (index: number) => boolean): Result => ({
    ...withTrials(result, keep),
    run: `${result.run}, ${name}`,
  });
  const [base, other] = [arm('A', isFirst), arm('B', index => !isFirst(index))];
  return {comparison: compare(base, [other], noise), noise, file};
}
