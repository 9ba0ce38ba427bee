import test from 'ava';
import {progressLine} from '../../report/progress.ts';

test('a line says when, and of which trial where several run', t => {
  const event = {kind: 'phase-end', phase: 'boot L1', ms: 1234, outcome: 'done'} as const;
  t.is(progressLine(event, 61_000), '01:01 ✔ boot L1 (1.2 s)');
  t.is(progressLine({...event, trial: 'gpa-map 3'}, 61_000), '01:01 [gpa-map 3] ✔ boot L1 (1.2 s)');
  t.is(progressLine({kind: 'console', machine: 'l1', line: 'hello'}, 0), undefined);
});
