import type {ControlFinding, ControlReport} from '../../result/controls.ts';
import type {Series} from '../../scenario/series.ts';

/** A series of `controls/` that breaks `gpa-map`, changed as told. */
export function makeControl(name: string, changes: Partial<Series> = {}): Series {
  const layer = (folder: string) => ({name: folder, linux: [], qemu: []});
  return {
    name,
    title: `Control: ${name}`,
    stack: [layer('common'), layer('gpa-map'), layer(name)],
    expect: {outcomes: ['passed']},
    expectIn: [{scenarios: ['alias', 'log'], outcomes: ['lost-pages'], reason: 'it forgets'}],
    unsupported: [],
    deviceOptions: [],
    kernelConfig: [],
    ...changes,
  };
}

/** What a series did under a scenario: it lost three pages, as expected, unless changed. */
export function makeFinding(series: string, scenario: string, changes: Partial<ControlFinding> = {}): ControlFinding {
  const isLog = scenario === 'log';
  return {
    series,
    scenario,
    run: `20250102T030405Z-${scenario}-1a2b3c`,
    trials: 1,
    outcome: 'lost-pages',
    asExpected: true,
    pages: isLog ? null : {checked: 1024, lost: 3},
    log: isLog ? {steps: 10_000, missing: 3} : null,
    ...changes,
  };
}

/** What a series that is right did under a scenario. */
export function makeSound(series: string, scenario: string): ControlFinding {
  const {pages, log} = makeFinding(series, scenario);
  return makeFinding(series, scenario, {
    outcome: 'passed',
    pages: pages && {...pages, lost: 0},
    log: log && {...log, missing: 0},
  });
}

/** A report on controls of these names, which all break `gpa-map`, and what was found. */
export function makeReport(names: readonly string[], findings: readonly ControlFinding[]): ControlReport {
  return {
    schemaVersion: 1,
    startedAt: '2025-01-02T03:04:05Z',
    accelerator: 'tcg',
    controls: names.map(series => ({series, title: `Control: ${series}`, base: 'gpa-map', notApplicable: []})),
    findings: [...findings],
  };
}
