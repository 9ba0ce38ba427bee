import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {judgeControls} from '../../analysis/controls.ts';
import {Scope} from '../../base/scope.ts';
import type {ControlReport} from '../../result/controls.ts';
import {runHarness} from '../cli.ts';
import {temporaryFolder} from '../folder.ts';

test('each of two controls is caught where its series says so, and what they break passes', async t => {
  await using scope = new Scope();
  const out = await temporaryFolder(scope, {});
  const small = ['liveMappings=256', 'pages=1024', 'steps=20000'].flatMap(setting => ['--set', setting]);
  const argv = ['controls', '--only', 'unmap-forgets,fault-forgets', '--json', '--out', out, ...small];
  const {exitCode, stdout, stderr} = await runHarness(argv);
  if (stdout === '') t.fail(stderr);
  const report = JSON.parse(stdout) as ControlReport;
  const {scenarios, bases, controls, complaints} = judgeControls(report);
  t.deepEqual(complaints, []);
  t.is(exitCode, 0);

  t.deepEqual(scenarios, ['iova-churn', 'type1-random']);
  const kinds = [...bases, ...controls].map(({series, cells}) => [series, ...cells.map(({kind}) => kind)]);
  t.deepEqual(kinds, [
    ['gpa-map', 'sound', 'sound'],
    ['controls/unmap-forgets', 'caught', 'caught'],
    ['controls/fault-forgets', 'not-run', 'caught'],
  ]);
  for (const {series, pages, log} of report.findings.filter(one => one.series !== 'gpa-map')) {
    t.true((pages?.lost ?? 0) + (log?.missing ?? 0) > 0, `${series}: what was found is counted`);
  }

  const written = (await readdir(out)).filter(name => name.startsWith('controls-')).sort();
  t.deepEqual(
    written.map(name => path.extname(name)),
    ['.json', '.md'],
  );
  t.deepEqual(JSON.parse(await readFile(path.join(out, written[0]!), 'utf8')), report);
});
