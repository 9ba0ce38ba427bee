import test from 'ava';
import {findingOf, judgeControls, updatedReport} from '../../analysis/controls.ts';
import {makeFinding, makeReport, makeSound} from '../fakes/control.ts';
import {makeResult, makeUpstream, trial} from '../fakes/result.ts';

test('what the oracles found is summed over the trials', t => {
  const upstream = makeUpstream();
  const twice = {...upstream, trials: [...upstream.trials, ...upstream.trials]};
  const finding = findingOf(twice);
  t.deepEqual(finding.pages, {checked: 32_768, lost: 74});
  t.is(finding.log, null);
  const log = {
    tracking: 'gpa' as const,
    wrong: false,
    finding: '',
    steps: 100,
    gets: 10,
    missing: 2,
    falselyDirty: 0,
    reported: 50,
    reproducer: [],
  };
  t.deepEqual(findingOf(makeResult({trials: [{...trial, oracle: null, log}]})).log, {
    steps: 100,
    missing: 2,
  });
});

test('a control that one oracle catches is caught, and nothing is to be complained of', t => {
  const findings = [
    makeSound('gpa-map', 'alias'),
    makeFinding('controls/a', 'alias'),
    makeSound('gpa-map', 'log'),
    makeSound('controls/a', 'log'),
  ];
  const unused = makeSound('gpa-map', 'storm');
  const {scenarios, bases, controls, complaints} = judgeControls(makeReport(['controls/a'], [...findings, unused]));
  t.deepEqual(scenarios, ['alias', 'log']);
  t.deepEqual(
    bases.map(({series, cells}) => [series, ...cells.map(({kind}) => kind)]),
    [['gpa-map', 'sound', 'sound']],
  );
  t.deepEqual(
    controls[0]?.cells.map(({kind}) => kind),
    ['caught', 'missed'],
  );
  t.deepEqual(complaints, []);
});

test('a control that no oracle catches is complained of', t => {
  const report = makeReport(['controls/a'], [makeSound('gpa-map', 'log'), makeSound('controls/a', 'log')]);
  t.deepEqual(judgeControls(report).complaints, ['controls/a is caught by no oracle']);
  t.deepEqual(judgeControls(makeReport(['controls/a'], [])).complaints, ['controls/a is caught by no oracle']);
});

test('an oracle that complains of what a control breaks proves nothing', t => {
  const findings = [makeFinding('gpa-map', 'log', {asExpected: false}), makeFinding('controls/a', 'log')];
  t.deepEqual(judgeControls(makeReport(['controls/a'], findings)).complaints, [
    'gpa-map, which controls break, ended as lost-pages under log',
  ]);
});

test('a control that ends otherwise than it says is complained of, and is not caught by that', t => {
  const findings = [makeFinding('controls/a', 'alias', {outcome: 'timeout', asExpected: false})];
  t.deepEqual(judgeControls(makeReport(['controls/a'], findings)).complaints, [
    'controls/a is caught by no oracle',
    'controls/a ended as timeout under alias, and its series.yaml says otherwise',
  ]);
});

test('a scenario that says nothing about a control is told from one that was not run', t => {
  const report = makeReport(['controls/a', 'controls/b'], [makeFinding('controls/b', 'log')]);
  const silent = {...report.controls[0]!, notApplicable: ['log']};
  const kinds = (controls: typeof report.controls) =>
    judgeControls({...report, controls}).controls[0]!.cells.map(({kind}) => kind);
  t.deepEqual(kinds([silent, report.controls[1]!]), ['not-applicable']);
  t.deepEqual(kinds(report.controls), ['not-run']);
});

test('a report on some controls leaves what it does not speak of, and drops what is gone', t => {
  const older = makeReport(
    ['controls/a', 'controls/b', 'controls/gone'],
    [
      makeSound('gpa-map', 'alias'),
      makeSound('gpa-map', 'log'),
      makeSound('controls/a', 'alias'),
      makeFinding('controls/b', 'log'),
      makeFinding('controls/gone', 'log'),
    ],
  );
  const newer = makeReport(['controls/a'], [makeSound('gpa-map', 'alias'), makeFinding('controls/a', 'alias')]);
  const report = updatedReport(older, newer, ['controls/a', 'controls/b']);
  t.deepEqual(
    report.controls.map(({series}) => series),
    ['controls/a', 'controls/b'],
  );
  t.deepEqual(
    report.findings.map(({series, scenario, outcome}) => `${series} ${scenario} ${outcome}`),
    ['gpa-map log passed', 'controls/b log lost-pages', 'gpa-map alias passed', 'controls/a alias lost-pages'],
  );
});
