import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {readResult} from '../../result/read.ts';
import {runHarness} from '../cli.ts';
import {temporaryFolder} from '../folder.ts';

test('under the wall clock, too, a trial can start from a saved L1, and lose and start machines in it', async t => {
  await using scope = new Scope();
  const out = await temporaryFolder(scope, {});
  const small = ['liveMappings=256', 'pages=1024'].flatMap(setting => ['--set', setting]);
  const argv = ['scenario', 'lost-destination', '--series', 'gpa-map', '--fork', '--json', '--out', out, ...small];
  const {exitCode, stdout, stderr} = await runHarness(argv);
  t.is(exitCode, 0, stderr);
  const result = await readResult((JSON.parse(stdout) as {results: {'gpa-map': string}}).results['gpa-map']);
  t.like(result, {clock: 'wall', outcome: 'passed', warnings: []});
  const [trial] = result.trials;
  t.regex(trial!.startedFrom!, /^saved-l1-[0-9a-f]{16}$/);
  t.deepEqual(
    trial!.attempts.map(({name}) => name),
    ['lost-in-precopy', 'lost-in-switchover'],
  );
  t.true(trial!.oracle!.checked > 10);
  t.deepEqual(
    trial!.phases.slice(0, 2).map(({name}) => name),
    ['fork L1', 'reach L2'],
  );
});
