import test from 'ava';
import {controlsMarkdown, controlsText} from '../../report/controls.ts';
import {makeFinding, makeReport, makeSound} from '../fakes/control.ts';
import {matchesGolden} from '../golden.ts';

const findings = [
  makeSound('gpa-map', 'alias'),
  makeSound('gpa-map', 'log'),
  makeFinding('controls/a', 'alias', {pages: {checked: 2048, lost: 1024}}),
  makeSound('controls/a', 'log'),
  makeFinding('controls/b', 'log', {log: {steps: 10_000, missing: 12_345}}),
];

test('the table has a row for what is broken and one for each control', async t => {
  const report = makeReport(['controls/a', 'controls/b'], findings);
  await matchesGolden(t, 'controls.md', `${controlsMarkdown(report)}\n`);
  await matchesGolden(t, 'controls.txt', controlsText(report));
});

test('what is wrong stands below the table', async t => {
  const timeout = makeFinding('controls/c', 'alias', {outcome: 'timeout', asExpected: false, pages: null});
  const report = makeReport(['controls/a', 'controls/c'], [...findings, timeout]);
  await matchesGolden(t, 'controls-wrong.md', `${controlsMarkdown(report)}\n`);
  await matchesGolden(t, 'controls-wrong.txt', controlsText(report));
});
