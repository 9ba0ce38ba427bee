import test from 'ava';
import {asControl, controlRuns} from '../../plan/controls.ts';
import {makeControl} from '../fakes/control.ts';

test('a control is run where it says that it does not pass, and under the oracle for all, once', t => {
  const {base, scenarios} = asControl(makeControl('controls/a'), 'log');
  t.is(base, 'gpa-map');
  t.deepEqual(scenarios, ['alias', 'log']);
  t.deepEqual(asControl(makeControl('controls/a', {expectIn: []}), 'log').scenarios, ['log']);
});

test('a scenario in which a control may pass is no oracle', t => {
  const expectIn = [{scenarios: ['static'], outcomes: ['passed' as const, 'lost-pages' as const], reason: 'by chance'}];
  t.deepEqual(asControl(makeControl('controls/a', {expectIn}), 'log').scenarios, ['log']);
});

test('a control that does without the oracle for all is not run under it', t => {
  const unsupported = [{scenario: 'log', reason: 'The fault is elsewhere.'}];
  const expectIn = [{scenarios: ['alias'], outcomes: ['lost-pages' as const], reason: 'it forgets'}];
  t.deepEqual(asControl(makeControl('controls/a', {unsupported, expectIn}), 'log').scenarios, ['alias']);
});

test('a control that stands on nothing breaks no series', t => {
  const stack = [
    {name: 'common', linux: [], qemu: []},
    {name: 'controls/a', linux: [], qemu: []},
  ];
  t.is(asControl(makeControl('controls/a', {stack}), 'log').base, null);
});

test('controls that share a scenario are run together, behind what they break', t => {
  const a = asControl(makeControl('controls/a'), 'log');
  const b = asControl(makeControl('controls/b', {expectIn: []}), 'log');
  t.deepEqual(controlRuns([a, b]), [
    {scenario: 'alias', series: ['gpa-map', 'controls/a']},
    {scenario: 'log', series: ['gpa-map', 'controls/a', 'controls/b']},
  ]);
});
