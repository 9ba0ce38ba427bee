import type {Series} from '../scenario/series.ts';

/** A series that is broken on purpose, what it breaks, and the scenarios that are to notice. */
export type Control = {
  readonly series: Series;
  /** The series that it breaks; null where it breaks what all series stand on. */
  readonly base: string | null;
  readonly scenarios: readonly string[];
};

/** Series to run together under a scenario. */
export type ControlRun = {readonly scenario: string; readonly series: readonly string[]};

/**
 * Reads from a series what it is as a control. It is run under the scenarios where it says that it does not pass, and
 * under `always`, unless it says that it is not run under that.
 */
export function asControl(series: Series, always: string): Control {
  const declared = series.expectIn
    .filter(({outcomes}) => outcomes.every(outcome => outcome !== 'passed'))
    .flatMap(({scenarios}) => scenarios);
  const isForAlways = series.unsupported.every(({scenario}) => scenario !== always);
  // The first layer is what all series get, the last is the series itself.
  const base = series.stack.length > 2 ? series.stack.at(-2)!.name : null;
  return {series, base, scenarios: [...new Set([...declared, ...(isForAlways ? [always] : [])])]};
}

/** Lists the runs for some controls: one for each scenario, of the series that are broken and then the controls. */
export function controlRuns(controls: readonly Control[]): ControlRun[] {
  const scenarios = new Set(controls.flatMap(control => control.scenarios));
  return [...scenarios].map(scenario => {
    const concerned = controls.filter(control => control.scenarios.includes(scenario));
    const bases = concerned.flatMap(({base}) => base ?? []);
    return {scenario, series: [...new Set([...bases, ...concerned.map(({series}) => series.name)])]};
  });
}
