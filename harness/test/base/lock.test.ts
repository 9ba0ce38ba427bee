import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdir, utimes} from 'node:fs/promises';
import path from 'node:path';
import {pathToFileURL} from 'node:url';
import test from 'ava';
import {withLock} from '../../base/lock.ts';
import {Scope} from '../../base/scope.ts';
import {temporaryFolder} from '../folder.ts';
import {root} from '../repo.ts';

const noWait = (): void => {
  throw new Error('nobody else should hold the lock');
};

test('a lock waits for the process that holds it, and says so once', async t => {
  await using scope = new Scope();
  const file = path.join(await temporaryFolder(scope, {}), 'locks/kernel');
  const module = pathToFileURL(path.join(root, 'harness/dist/base/lock.js')).href;
  const script = `import {withLock} from '${module}';
    await withLock('${file}', {onWait: () => {}}, async () => {
      console.log('held');
      await new Promise(resolve => process.stdin.once('data', resolve));
      console.log('let go');
    });
    process.exit();`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', script], {cwd: root});
  scope.defer('kill the holder', () => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  let words = '';
  holder.stdout.on('data', (chunk: Buffer) => {
    words += chunk;
  });
  let waits = 0;
  const onWait = (): void => {
    waits += 1;
    holder.stdin.write('go\n');
  };
  await withLock(file, {onWait}, async () => t.is(words, 'let go\n'));
  t.is(waits, 1);
});

test('two users in one process take turns', async t => {
  await using scope = new Scope();
  const file = path.join(await temporaryFolder(scope, {}), 'x');
  let inside = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    t.is(inside, 1);
    await new Promise(resolve => setTimeout(resolve, 20));
    inside -= 1;
  };
  await Promise.all([withLock(file, {onWait: () => {}}, work), withLock(file, {onWait: () => {}}, work)]);
});

test('work that fails lets go of the lock', async t => {
  await using scope = new Scope();
  const file = path.join(await temporaryFolder(scope, {}), 'x');
  await t.throwsAsync(
    withLock(file, {onWait: noWait}, () => Promise.reject(new Error('failed'))),
    {message: 'failed'},
  );
  t.is(await withLock(file, {onWait: noWait}, async () => 'done'), 'done');
});

test('a lock that a killed process left behind is taken over', async t => {
  await using scope = new Scope();
  const file = path.join(await temporaryFolder(scope, {}), 'x');
  await mkdir(`${file}.lock`);
  const past = Date.now() / 1000 - 60;
  await utimes(`${file}.lock`, past, past);
  t.is(await withLock(file, {onWait: noWait}, async () => 'done'), 'done');
});

test('a lock that cannot be made is an error, not a reason to wait', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {});
  const file = path.join(folder, 'a'.repeat(300));
  await t.throwsAsync(
    withLock(file, {onWait: noWait}, async () => {}),
    {code: 'ENAMETOOLONG'},
  );
});
