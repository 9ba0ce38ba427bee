import {compare, describeArm} from '../analysis/compare.ts';
import type {NoiseFloor} from '../result/noise-floor.ts';
import type {Result} from '../result/schema.ts';
import {blocks, comparisonMarkdown, escaped, table} from './markdown.ts';

/** What a night made of one series: a result and what it is judged by, or a failure before there was one. */
export type NightArm =
  | {
      readonly series: string;
      readonly result: Result;
      readonly earlier: Result | null;
      readonly noise: NoiseFloor | null;
    }
  | {readonly series: string; readonly failure: string};

/** A night: when it began, and every series that it tried. */
export type Night = {readonly startedAt: string; readonly arms: readonly NightArm[]};

/** Writes the summary of a night as Markdown. */
export function nightlyMarkdown({startedAt, arms}: Night): string {
  const unexpected = arms.filter(arm => !isAsExpected(arm)).map(arm => arm.series);
  const verdict =
    unexpected.length === 0 ? 'Every series ended as expected.' : `Not as expected: ${unexpected.join(', ')}.`;
  const overview = {header: ['series', 'outcome', 'expected', 'checked', 'lost'], rows: arms.map(overviewRow)};
  return blocks([`# Night of ${startedAt}`, escaped(verdict), table(overview, 3), ...arms.flatMap(section)]);
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
    return [heading, 'No earlier result.', comparisonMarkdown(compare(arm.result, []))];
  }
  return [
    heading,
    `Beside the newest earlier result, of run ${escaped(arm.earlier.run)}.`,
    comparisonMarkdown(compare(arm.earlier, [arm.result], arm.noise)),
  ];
}
