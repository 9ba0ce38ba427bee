import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {run} from './played-trial.ts';

const takes = test.macro(async (t, overrides: string[], attempts: [string, string][], machines: string[]) => {
  await using scope = new Scope();
  const {trial, lab} = await run(scope, {trace: '# tracer: nop\n'}, [], overrides);
  t.is(trial.outcome, 'passed', trial.reason);
  t.is(trial.migration?.status, 'completed');
  t.deepEqual(
    trial.attempts.map(({name, migration}) => [name, migration.status]),
    attempts,
  );
  t.deepEqual(
    lab!.machines.map(({spec}) => spec.name),
    machines,
  );
  t.deepEqual(trial.warnings, []);
});

test(
  'a migration that is cancelled is tried again, to a fresh destination',
  takes,
  ['course=cancel'],
  [['cancelled', 'cancelled']],
  ['l1', 'source', 'target', 'target-2'],
);
test(
  'a destination that is lost in pre-copy and in the switch-over is replaced',
  takes,
  ['course=lost-destination'],
  [
    ['lost-in-precopy', 'failed'],
    ['lost-in-switchover', 'failed'],
  ],
  ['l1', 'source', 'target', 'target-2', 'target-3'],
);
test(
  'a guest that comes back arrives in a fresh machine on the side that it left',
  takes,
  ['course=round-trip'],
  [['there', 'completed']],
  ['l1', 'source', 'target', 'source-2'],
);

test('a source that is left standing is told to go on, and that is told', async t => {
  await using scope = new Scope();
  const {trial} = await run(scope, {left: 'postmigrate'}, [], ['course=lost-destination']);
  t.is(trial.outcome, 'passed', trial.reason);
  t.deepEqual([...new Set(trial.warnings)], ['the source was left postmigrate and had to be told to go on']);
});

for (const action of ['storm', 'rebind', 'rescan']) {
  test(`a migration waits for the guest’s ${action}`, takes, [`guestAction=${action}`], [], ['l1', 'source', 'target']);
}
