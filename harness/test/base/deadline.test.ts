import test from 'ava';
import {Deadline, pause, TimedOut} from '../../base/deadline.ts';

const never = (): Promise<never> => new Promise(() => {});

test('work that is ready in time is handed through', async t => {
  using limit = new Deadline('work', 60_000);
  t.is(await limit.race(Promise.resolve(7)), 7);
  await t.throwsAsync(limit.race(Promise.reject(new Error('its own'))), {message: 'its own'});
});

test('work that takes too long is named, with the limit', async t => {
  using limit = new Deadline('l1: boot', 30);
  await t.throwsAsync(limit.race(never()), {instanceOf: TimedOut, message: 'l1: boot: no answer within 0.0 s'});
  await t.throwsAsync(limit.race(Promise.reject(new Error('too late'))), {instanceOf: TimedOut});
});

test('leaving the scope of a deadline aborts what still waits in it', async t => {
  const limit = new Deadline('a poll', 60_000);
  const waiting = limit.race(never());
  limit[Symbol.dispose]();
  await t.throwsAsync(waiting, {message: 'a poll: no longer waited for'});
  t.true(limit.signal.aborted);
});

test('an outer signal ends the wait with its own reason', async t => {
  const outer = new AbortController();
  using limit = new Deadline('work', 60_000, outer.signal);
  const waiting = limit.race(never());
  outer.abort(new Error('interrupted'));
  await t.throwsAsync(waiting, {message: 'interrupted'});
});

test('an outer signal that has already aborted ends the wait at once', async t => {
  using limit = new Deadline('work', 60_000, AbortSignal.abort(new Error('interrupted')));
  await t.throwsAsync(limit.race(never()), {message: 'interrupted'});
});

test('a pause ends by itself, or when it is aborted', async t => {
  const controller = new AbortController();
  await pause(5, controller.signal);
  const pausing = pause(60_000, controller.signal);
  controller.abort(new Error('enough'));
  await t.throwsAsync(pausing, {message: 'enough'});
  await t.throwsAsync(pause(5, controller.signal), {message: 'enough'});
});
