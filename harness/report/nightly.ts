import {compare, describeArm} from '../analysis/compare.ts';
import type {Trend} from '../analysis/trend.ts';
import type {NoiseFloor} from '../result/noise-floor.ts';
import type {Result} from '../result/schema.ts';
import {blocks, comparisonMarkdown, escaped, table} from './markdown.ts';
import {changeLines, rangeText} from './trend.ts';

/** The track that a result belongs to, and the metrics it shows to be worse; or why there is no history. */
export type NightTrend = {readonly trend: Trend; readonly worse: readonly string[]} | {readonly failure: string};

/** What a night made of one series: a result and what it is judged by, or a failure before there was one. */
export type NightArm =
  | {
      readonly series: string;
      readonly result: Result;
      readonly earlier: Result | null;
      readonly noise: NoiseFloor | null;
      readonly trend: NightTrend;
    }
  | {readonly series: string; readonly failure: string};

/** A night: when it began, and every series that it tried. */
export type Night = {readonly startedAt: string; readonly arms: readonly NightArm[]};

/** Writes the summary of a night as Markdown. */
export function nightlyMarkdown({startedAt, arms}: Night): string {
  const worse = arms.filter(arm => worseIn(arm).length > 0).map(arm => `${arm.series} (${worseIn(arm).join(', ')})`);
  const unexpected = arms.filter(arm => !isAsExpected(arm)).map(arm => arm.series);
  const verdict =
    unexpected.length === 0 ? 'Every series ended as expected.' : `Not as expected: ${unexpected.join(', ')}.`;
  const overview = {header: ['series', 'outcome', 'expected', 'checked', 'lost'], rows: arms.map(overviewRow)};
  return blocks([
    `# Night of ${startedAt}`,
    escaped(verdict),
    ...(worse.length === 0 ? [] : [escaped(`Worse than in earlier nights: ${worse.join(', ')}.`)]),
    table(overview, 3),
    ...arms.flatMap(section),
  ]);
}

/** Whether a series ended as expected, and the history has nothing to say against it. */
export function isWell(arm: NightArm): boolean {
  return isAsExpected(arm) && 'trend' in arm && 'worse' in arm.trend && arm.trend.worse.length === 0;
}

function worseIn(arm: NightArm): readonly string[] {
  return 'trend' in arm && 'worse' in arm.trend ? arm.trend.worse : [];
}

function isAsExpected(arm: NightArm): boolean {
  return 'result' in arm && arm.result.asExpected;
}

function overviewRow(arm: NightArm): string[] {
  if ('failure' in arm) return [arm.series, 'no result', '', '', ''];
  const {outcome, expected, oracle} = describeArm(arm.result);
  return [
    arm.series,
    outcome,
    expected.join(' or '),
    ...[oracle?.checked, oracle?.lost].map(pages => String(pages ?? '–')),
  ];
}

function section(arm: NightArm): string[] {
  const heading = `## ${escaped(arm.series)}`;
  if ('failure' in arm) return [heading, escaped(arm.failure)];
  if (arm.earlier === null) {
    return [heading, 'No earlier result.', comparisonMarkdown(compare(arm.result, [])), ...historySection(arm.trend)];
  }
  return [
    heading,
    `Beside the newest earlier result, of run ${escaped(arm.earlier.run)}.`,
    comparisonMarkdown(compare(arm.earlier, [arm.result], arm.noise)),
    ...historySection(arm.trend),
  ];
}

function historySection(night: NightTrend): string[] {
  if ('failure' in night) return [escaped(`No history: ${night.failure}`)];
  const {trend} = night;
  const lines = changeLines(trend).map(line => `${line.startsWith(' ') ? '  ' : ''}- ${escaped(line)}`);
  return [escaped(`History: ${rangeText(trend)}.`), lines.join('\n')];
}
