import test from 'ava';
import {inLanes, oneAtATime} from '../../experiment/lanes.ts';

test('so many run at a time, and they begin in their order', async t => {
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  await inLanes(2, [30, 10, 20, 10], async ms => {
    begun.push(ms);
    running += 1;
    most = Math.max(most, running);
    await new Promise(resolve => setTimeout(resolve, ms));
    running -= 1;
  });
  t.is(most, 2);
  t.deepEqual(begun, [30, 10, 20, 10]);
});

test('when one fails no other begins, those under way end, and the failure comes then', async t => {
  const log: string[] = [];
  const work = inLanes(2, ['fails', 'goes on', 'never'], async name => {
    await new Promise(resolve => setTimeout(resolve, name === 'fails' ? 5 : 20));
    log.push(name);
    if (name === 'fails') throw new Error('this one');
  });
  await t.throwsAsync(work, {message: 'this one'});
  t.deepEqual(log, ['fails', 'goes on']);
});

test('what is to be done in turn is, though one before fails', async t => {
  const log: string[] = [];
  const inTurn = oneAtATime();
  const first = inTurn(async () => {
    await new Promise(resolve => setTimeout(resolve, 10));
    log.push('first');
    throw new Error('no');
  });
  const second = inTurn(async () => log.push('second'));
  await t.throwsAsync(first, {message: 'no'});
  t.is(await second, 2);
  t.deepEqual(log, ['first', 'second']);
});
