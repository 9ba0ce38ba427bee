import test from 'ava';
import {describeError} from '../../base/errors.ts';
import {Scope} from '../../base/scope.ts';

test('cleanups run last-in first-out, each when the one before has ended', async t => {
  const order: string[] = [];
  {
    await using scope = new Scope();
    scope.defer('first', () => order.push('first'));
    scope.defer('second', async () => {
      await new Promise(resolve => setTimeout(resolve, 20));
      order.push('second');
    });
    scope.use('third', {
      [Symbol.asyncDispose]: async () => {
        order.push('third');
      },
    });
  }
  t.deepEqual(order, ['third', 'second', 'first']);
});

test('failing cleanups do not keep the others from running, and arrive together', async t => {
  const scope = new Scope();
  let ran = false;
  scope.defer('the last', () => {
    ran = true;
  });
  scope.defer('a folder', () => {
    throw new Error('busy');
  });
  scope.defer('a machine', () => Promise.reject(new Error('gone')));
  const error = await t.throwsAsync(scope[Symbol.asyncDispose](), {instanceOf: AggregateError});
  t.true(ran);
  t.deepEqual(describeError(error).split('\n  because: '), [
    '2 cleanup(s) failed',
    'cleanup failed: a machine',
    'gone',
    'cleanup failed: a folder',
    'busy',
  ]);
});

test('what comes to life when the scope has ended is cleaned up at once', async t => {
  const scope = new Scope();
  await scope[Symbol.asyncDispose]();
  const cleaned = new Promise(resolve => scope.defer('a folder', () => resolve('cleaned')));
  t.is(await cleaned, 'cleaned');
  t.notThrows(() => scope.defer('a machine', () => Promise.reject(new Error('gone'))));
});

test('a scope that has ended has nothing left to do', async t => {
  let runs = 0;
  const scope = new Scope();
  scope.defer('count', () => {
    runs += 1;
  });
  await scope[Symbol.asyncDispose]();
  await scope[Symbol.asyncDispose]();
  t.is(runs, 1);
});
