import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {PassThrough} from 'node:stream';
import test from 'ava';
import type {Event} from '../../base/events.ts';
import {Scope} from '../../base/scope.ts';
import {Console} from '../../machine/console.ts';
import {temporaryFolder} from '../folder.ts';

async function makeConsole(scope: Scope) {
  const file = path.join(await temporaryFolder(scope, {}), 'l1.console.log');
  const stream = new PassThrough();
  const events: Event[] = [];
  const console = new Console('l1', stream, file, event => events.push(event));
  const say = async (text: string): Promise<void> => {
    stream.write(text);
    await new Promise(resolve => setTimeout(resolve, 20));
  };
  return {console, stream, events, say, file};
}

test('a console is kept in its file as it came, and told line by line', async t => {
  await using scope = new Scope();
  const {stream, events, say, file} = await makeConsole(scope);
  await say('SeaBIOS\r\nboo');
  await say('ting\r\n');
  stream.end();
  while ((await readFile(file, 'utf8')).length < 18) await say('');
  t.is(await readFile(file, 'utf8'), 'SeaBIOS\r\nbooting\r\n');
  t.deepEqual(events, [
    {kind: 'console', machine: 'l1', line: 'SeaBIOS'},
    {kind: 'console', machine: 'l1', line: 'booting'},
  ]);
});

test('a line is waited for, and gives what it matched', async t => {
  await using scope = new Scope();
  const {console, say} = await makeConsole(scope);
  const first = console.line(/^ready: (\d)/);
  const other = console.line(/never/);
  await say('almost ready: 9\nready: 1\nready: 2\n');
  t.is((await first)[1], '1');
  t.is(await Promise.race([other, 'still waiting']), 'still waiting');
  t.is((await console.line(/^ready: (\d)/))[1], '1', 'a fast machine may have said it before it is waited for');
});

test('a fault is kept with the lines of its report, and no more', async t => {
  await using scope = new Scope();
  const {console, say} = await makeConsole(scope);
  const report = Array.from({length: 60}, (_, index) => ` line ${index + 1}`);
  await say(['fine', 'BUG: KASAN: one', ...report, 'WARNING: CPU: 0 PID: 1 at two', 'Call Trace:', ''].join('\n'));
  t.is(console.splats.length, 2);
  t.deepEqual(console.splats[0]?.split('\n'), ['BUG: KASAN: one', ...report.slice(0, 40)]);
  t.is(console.splats[1], 'WARNING: CPU: 0 PID: 1 at two\nCall Trace:');
});

test('a fault inside the report of another is a part of that', async t => {
  await using scope = new Scope();
  const {console, say} = await makeConsole(scope);
  await say('BUG: one\nOops: 0000 [#1]\nKernel panic - not syncing: Fatal exception\n');
  t.deepEqual(console.splats, ['BUG: one\nOops: 0000 [#1]\nKernel panic - not syncing: Fatal exception']);
});
