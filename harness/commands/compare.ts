import {type Comparison, compare, isWorse} from '../analysis/compare.ts';
import {type ExitCode, exitCode, UserError} from '../base/errors.ts';
import {comparisonMarkdown} from '../report/markdown.ts';
import {comparisonText, differencesText} from '../report/text.ts';
import {placeOf, readNoiseFloor} from '../result/noise-floor.ts';
import {readResults} from '../result/read.ts';

/** How `compare` is asked to answer. */
export type CompareOptions = {
  readonly force: boolean;
  readonly json: boolean;
  readonly markdown: boolean;
  /** The folder of results whose noise floors count. */
  readonly results: string;
};

/**
 * Compares result files with the first of them. Results that do not compare need `force`; an arm that ended otherwise
 * than its series expects shows in the exit code, as in that of the run, and so does a metric that is worse.
 */
export async function compareCommand(
  files: readonly string[],
  options: CompareOptions,
  out: (text: string) => void,
): Promise<ExitCode> {
  if (files.length < 2) {
    throw new UserError('compare needs at least two result files', {hint: 'The first is the base of the comparison.'});
  }
  const [base, ...others] = await readResults(files);
  const noise = await readNoiseFloor(options.results, placeOf(base!));
  const comparison = compare(base!, others, noise);
  const isRefused = !comparison.comparable && !options.force;
  out(render(comparison, options, isRefused));
  if (isRefused) return exitCode.notComparable;
  const isWell = [base!, ...others].every(result => result.asExpected) && !isWorse(comparison);
  return isWell ? exitCode.done : exitCode.unexpected;
}

function render(comparison: Comparison, {json, markdown}: CompareOptions, isRefused: boolean): string {
  if (json) return `${JSON.stringify(comparison, undefined, 2)}\n`;
  if (isRefused) return `${differencesText(comparison).join('\n')}\n\n--force compares them all the same.\n`;
  return markdown ? comparisonMarkdown(comparison) : comparisonText(comparison);
}
