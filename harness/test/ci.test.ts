import {symlink} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {execa} from 'execa';
import {Scope} from '../base/scope.ts';
import {temporaryFolder} from './folder.ts';
import {root} from './repo.ts';

const passing = "test('passes', t => t.pass());";

/** Asserts what .ci/count prints of the standard output of an AVA that ended with `status`, and how it exits. */
async function isCounted(t: ExecutionContext, output: string, status: number, line: string, exitCode: number) {
  const counted = await execa(path.join(root, '.ci/count'), [String(status)], {input: output, reject: false});
  t.deepEqual({line: counted.stdout, exitCode: counted.exitCode}, {line, exitCode}, output);
}

/** Runs the real AVA on a test file, as .ci/run does, and counts. */
const counts = test.macro(async (t, body: string, line: string, exitCode: number) => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {
    'package.json': '{"type": "module"}',
    'one.test.js': `import test from 'ava';\n${body}\n`,
  });
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const ava = await execa('node_modules/.bin/ava', ['--timeout', '50s'], {
    cwd: folder,
    reject: false,
    env: {FORCE_COLOR: '0', TERM: 'dumb'},
  });
  await isCounted(t, ava.stdout, ava.exitCode!, line, exitCode);
});

test.serial(
  'tests that pass are counted, and nothing else that looks like one',
  counts,
  `${passing}
  test('prints', t => { console.log('\\n  ✔ this'); t.log('✔ that'); t.pass(); });
  test.skip('later', t => t.pass());
  test.failing('is known to', t => t.fail());`,
  '2 passed, 0 failed',
  0,
);
test.serial(
  'tests that pass are counted beside one that fails',
  counts,
  `${passing} test('fails', t => t.fail());`,
  '1 passed, 1 failed',
  1,
);
test.serial(
  'an uncaught exception is a failure',
  counts,
  `${passing} test('throws', () => new Promise(() => setTimeout(() => { throw new Error('late'); })));`,
  '1 passed, 1 failed',
  1,
);
test.serial('a file without tests is a failure', counts, '', '0 passed, 1 failed', 1);
test.serial(
  'nothing but tests that are left out is no success',
  counts,
  "test.skip('later', t => t.pass());",
  '0 passed, 0 failed',
  1,
);

const timedOut = `
  ✔ one › passes

  ✘ Timed out while running tests

  1 tests were pending in one.test.js

  ◌ one › hangs

  ─

  1 test passed
  1 test remained pending after a timeout
`;

test('tests that time out are a failure', isCounted, timedOut, 1, '1 passed, 1 failed', 1);
test('a run that prints nothing is a failure', isCounted, '', 2, '0 passed, 1 failed', 1);
test('the runs of both kinds of tests are added up', isCounted, '  ✔ a\n\n  ─\n\n  ✔ b\n', 0, '2 passed, 0 failed', 0);
