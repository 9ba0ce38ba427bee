import type {Arm, Comparison, Row} from '../analysis/compare.ts';
import {medianAndSpread, relation} from './number.ts';

/** A table before it gets its form. The first two columns are words, the rest figures. */
export type Table = {readonly header: readonly string[]; readonly rows: readonly (readonly string[])[]};

/** Lays out the metrics: a column for the base, and two for every other arm. */
export function metricTable({base, others, rows}: Comparison): Table {
  return {
    header: ['metric', 'unit', base.label, ...others.flatMap(arm => [arm.label, 'ratio'])],
    rows: rows.map(row => [
      isDoubtful(row, [base, ...others]) ? `${row.name} *` : row.name,
      row.unit,
      medianAndSpread(row.base),
      ...row.others.flatMap(cell => [medianAndSpread(cell.summary), relation(cell)]),
    ]),
  };
}

/** Says how an arm ended, whether that was expected, and what the oracle found. */
export function verdictOf({outcome, expected, asExpected, reason, trials, oracle}: Arm): string {
  const verdict = asExpected ? 'as expected' : `NOT expected (${expected.join(' or ')})`;
  const pages = oracle === null ? 'no page checked' : `${oracle.checked} pages checked, ${oracle.lost} lost`;
  const sentence = `${outcome}, ${verdict}; ${pages} in ${trials} ${trials === 1 ? 'trial' : 'trials'}`;
  return reason === null ? sentence : `${sentence} — ${firstLine(reason)}`;
}

/** How many warnings of an arm are shown; its result has them all. */
const warningsShown = 3;

/** Says, a line each, what the arms warn of. */
export function warningLines({base, others}: Comparison): string[] {
  return [base, ...others].flatMap(({label, warnings}) => [
    ...warnings.slice(0, warningsShown).map(warning => `${label}: ${firstLine(warning)}`),
    ...(warnings.length > warningsShown ? [`${label}: ${warnings.length - warningsShown} more in its result`] : []),
  ]);
}

/** The first line of a text, marked where there are more: the report of a kernel's fault has dozens. */
function firstLine(text: string): string {
  const [line = '', ...rest] = text.split('\n');
  return rest.length > 0 ? `${line.trim()} …` : line;
}

/** Says, a line each, why the figures do not compare. */
export function differenceLines({base, others}: Comparison): string[] {
  return others.flatMap(arm =>
    arm.differences.map(({what, base: left, other}) => `${what}: ${left} in ${base.label}, ${other} in ${arm.label}`),
  );
}

/** Says how to read the figures. */
export function footnotes({base, others, rows}: Comparison): string[] {
  const arms = [base, ...others];
  return [
    ...(rows.some(row => hasSpread(row))
      ? ['Median [spread]: the quartiles, or the range of fewer than five values.']
      : []),
    ...(rows.some(row => isDoubtful(row, arms))
      ? ['* Measured under TCG: times and rates do not carry over to real hardware. Counts do.']
      : []),
  ];
}

function isDoubtful({clocked}: Row, arms: readonly Arm[]): boolean {
  return clocked && arms.some(arm => arm.accelerator === 'tcg');
}

function hasSpread({base, others}: Row): boolean {
  return [base, ...others.map(cell => cell.summary)].some(summary => summary !== null && summary.low !== summary.high);
}
