import {sumChecks} from '../result/checks.ts';
import type {ControlFinding, ControlReport, ReportedControl} from '../result/controls.ts';
import type {Result} from '../result/schema.ts';

/** What is to be said of a series under a scenario. */
export type Cell =
  | {readonly kind: 'caught' | 'missed' | 'sound' | 'unexpected'; readonly finding: ControlFinding}
  | {readonly kind: 'not-applicable' | 'not-run'};

/** A series, what it breaks if it is a control, and a cell for each scenario. */
export type ControlRow = {
  readonly series: string;
  readonly title: string | null;
  readonly base: string | null;
  readonly cells: readonly Cell[];
};

/** Which oracle catches which control, and what is wrong with that. */
export type Judgement = {
  readonly scenarios: readonly string[];
  /** The series that controls break, as they are: no oracle may complain of them. */
  readonly bases: readonly ControlRow[];
  readonly controls: readonly ControlRow[];
  readonly complaints: readonly string[];
};

/** Takes from a result what the oracles found. */
export function findingOf(result: Result): ControlFinding {
  const {series, run, trials, outcome, asExpected} = result;
  const reason = trials.find(trial => trial.outcome === outcome)?.reason;
  const logs = trials.flatMap(({log}) => log ?? []);
  return {
    series,
    scenario: result.scenario.name,
    run,
    trials: trials.length,
    outcome,
    asExpected,
    ...(reason === undefined ? {} : {reason}),
    pages: sumChecks(trials),
    log:
      logs.length === 0
        ? null
        : {steps: sum(logs.map(({steps}) => steps)), missing: sum(logs.map(({missing}) => missing))},
  };
}

/** Puts a newer report over an older one: what it does not speak of stays, if it is still `known`. */
export function updatedReport(older: ControlReport, newer: ControlReport, known: readonly string[]): ControlReport {
  const kept = older.controls.filter(
    ({series}) => known.includes(series) && newer.controls.every(control => control.series !== series),
  );
  const controls = [...kept, ...newer.controls].sort((a, b) => (a.series < b.series ? -1 : 1));
  const isOfThem = ({series}: ControlFinding): boolean =>
    kept.some(one => one.series === series || one.base === series);
  const isAnew = (finding: ControlFinding): boolean => newer.findings.some(one => isSamePlace(one, finding));
  const findings = older.findings.filter(finding => isOfThem(finding) && !isAnew(finding));
  return {...newer, controls, findings: [...findings, ...newer.findings]};
}

/** Judges controls: each is to be caught by an oracle that finds nothing in what it breaks, and by all that it names. */
export function judgeControls(report: ControlReport): Judgement {
  const isControl = ({series}: ControlFinding): boolean => report.controls.some(control => control.series === series);
  const scenarios = [...new Set(report.findings.filter(isControl).map(({scenario}) => scenario))].sort();
  const controls = report.controls.map((control): ControlRow => {
    const cells = scenarios.map(scenario => controlCell(report, control, scenario));
    return {series: control.series, title: control.title, base: control.base, cells};
  });
  const names = [...new Set(report.controls.flatMap(({base}) => base ?? []))].sort();
  const bases = names.map((series): ControlRow => {
    const cells = scenarios.map(scenario => baseCell(report, series, scenario));
    return {series, title: null, base: null, cells};
  });
  return {
    scenarios,
    bases,
    controls,
    complaints: [...bases.flatMap(complaintsOfBase), ...controls.flatMap(complaintsOf)],
  };
}

function controlCell({findings}: ControlReport, {series, notApplicable}: ReportedControl, scenario: string): Cell {
  const finding = findings.find(one => isSamePlace(one, {series, scenario}));
  if (finding === undefined) return {kind: notApplicable.includes(scenario) ? 'not-applicable' : 'not-run'};
  if (finding.outcome === 'passed') return {kind: 'missed', finding};
  return {kind: finding.asExpected ? 'caught' : 'unexpected', finding};
}

function baseCell({findings}: ControlReport, series: string, scenario: string): Cell {
  const finding = findings.find(one => isSamePlace(one, {series, scenario}));
  if (finding === undefined) return {kind: 'not-run'};
  return {kind: finding.outcome === 'passed' ? 'sound' : 'unexpected', finding};
}

function complaintsOfBase({series, cells}: ControlRow): string[] {
  return cells.flatMap(cell =>
    cell.kind === 'unexpected'
      ? [`${series}, which controls break, ended as ${cell.finding.outcome} under ${cell.finding.scenario}`]
      : [],
  );
}

function complaintsOf({series, cells}: ControlRow): string[] {
  const uncaught = cells.some(({kind}) => kind === 'caught') ? [] : [`${series} is caught by no oracle`];
  const others = cells.flatMap(cell => {
    if (!('finding' in cell) || cell.finding.asExpected) return [];
    return [
      `${series} ended as ${cell.finding.outcome} under ${cell.finding.scenario}, and its series.yaml says otherwise`,
    ];
  });
  return [...uncaught, ...others];
}

function isSamePlace(
  a: Pick<ControlFinding, 'series' | 'scenario'>,
  b: Pick<ControlFinding, 'series' | 'scenario'>,
): boolean {
  return a.series === b.series && a.scenario === b.scenario;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
