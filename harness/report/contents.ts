import type {Arm, Comparison, Row} from '../analysis/compare.ts';
import type {Verdict, VerdictKind} from '../analysis/verdict.ts';
import {figure, medianAndSpread, nothing, relation} from './number.ts';

/** A table before it gets its form. The first two columns are words, the rest figures. */
export type Table = {readonly header: readonly string[]; readonly rows: readonly (readonly string[])[]};

/** Lays out the metrics: a column for the base, and three for every other arm. */
export function metricTable({base, others, rows}: Comparison): Table {
  return {
    header: ['metric', 'unit', base.label, ...others.flatMap(arm => [arm.label, 'ratio', 'verdict'])],
    rows: rows.map(row => [
      isDoubtful(row, [base, ...others]) ? `${row.name} *` : row.name,
      row.unit,
      medianAndSpread(row.base),
      ...row.others.flatMap(cell => [medianAndSpread(cell.summary), relation(cell), verdictCell(cell.verdict)]),
    ]),
  };
}

function verdictCell(verdict: Verdict | null): string {
  if (verdict === null) return nothing;
  const {kind, trialsNeeded} = verdict;
  return kind === 'unclear' && trialsNeeded !== null ? `unclear (${trialsNeeded} trials)` : kind;
}

/** The order in which verdicts are counted: what needs a look first. */
export const verdictKinds: readonly VerdictKind[] = ['worse', 'better', 'same', 'unclear'];

/** Counts verdicts of each kind. */
export function tally(verdicts: readonly Pick<Verdict, 'kind'>[]): string {
  return verdictKinds.map(kind => `${verdicts.filter(one => one.kind === kind).length} ${kind}`).join(', ');
}

/** Says, a line each, how the metrics of an arm were judged, and which are worse. */
export function verdictLines({others, rows}: Comparison): string[] {
  return others.flatMap(({label}, index) => {
    const verdicts = rows.flatMap(({others: cells}) => cells[index]?.verdict ?? []);
    if (verdicts.length === 0) return [];
    const worse = verdicts.filter(({kind}) => kind === 'worse').map(({name}) => name);
    return [`${label}: ${tally(verdicts)}${worse.length === 0 ? '' : `. Worse: ${worse.join(', ')}`}`];
  });
}

/** Says how an arm ended, whether that was expected, and what the oracles found. */
export function verdictOf(arm: Arm): string {
  const {outcome, expected, asExpected, reason, trials} = arm;
  const verdict = asExpected ? 'as expected' : `NOT expected (${expected.join(' or ')})`;
  const sentence = `${outcome}, ${verdict}; ${foundBy(arm)} in ${trials} ${trials === 1 ? 'trial' : 'trials'}`;
  return reason === null ? sentence : `${sentence} — ${firstLine(reason)}`;
}

/** Says what the oracles of an arm found. */
export function foundBy({oracle, log, ktap}: Arm): string {
  const found = [
    ...(oracle ? [`${oracle.checked} pages checked, ${oracle.lost} lost`] : []),
    ...(log ? [`${log.steps} steps, ${log.missing} pages missing`] : []),
    ...(ktap ? [`${ktap.passed + ktap.failed} tests, ${ktap.failed} failed`] : []),
  ];
  return found.length === 0 ? 'no page checked' : found.join(', ');
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
export function footnotes(comparison: Comparison): string[] {
  const {base, others, rows} = comparison;
  const arms = [base, ...others];
  return [
    ...(verdictLines(comparison).length > 0 ? [rulesText(comparison)] : []),
    ...(rows.some(row => hasSpread(row))
      ? ['Median [spread]: the quartiles, or the range of fewer than five values.']
      : []),
    ...(rows.some(row => isDoubtful(row, arms))
      ? ['* Measured under TCG: times and rates do not carry over to real hardware. Counts do.']
      : []),
  ];
}

/** Whether a metric says little beyond the machine: a time or a rate, of a clock that TCG runs. */
export function isDoubtful({clocked}: Row, arms: readonly Arm[]): boolean {
  return clocked && arms.some(arm => arm.accelerator === 'tcg');
}

function hasSpread({base, others}: Row): boolean {
  return [base, ...others.map(cell => cell.summary)].some(summary => summary !== null && summary.low !== summary.high);
}

/** Says what a verdict rests on. */
function rulesText({rules: {alpha, minimumEffect}, noise}: Comparison): string {
  const percent = (share: number): string => `${figure(share * 100)} %`;
  const floor =
    noise === null
      ? 'the noise floor of this machine is not known: --aa measures it'
      : `the noise floor that run ${noise.run} measured with ${noise.series}`;
  return (
    'Verdicts are on the medians of trials: a permutation test, adjusted so that one in all metrics is wrong in ' +
    `${percent(alpha)} of comparisons at most, a bootstrap interval of the ratio, a change of at least ` +
    `${percent(minimumEffect)}; ${floor}. unclear (N trials): so many an arm may tell.`
  );
}
