import test from 'ava';
import {type Machine, MachineFailed} from '../../machine/boot.ts';
import {Watch} from '../../machine/watch.ts';

/** A machine that ends when told. */
function machine(name: string) {
  let end = (_: string): void => {};
  const exited = new Promise<string>(resolve => {
    end = resolve;
  });
  return {machine: {spec: {name}, exited, complaints: [], console: {splats: []}} as unknown as Machine, end};
}

test('what goes on gives its result while all machines live', async t => {
  const watch = new Watch();
  watch.guard(machine('source').machine);
  t.is(await watch.during(async () => 7), 7);
});

test('the end of a guarded machine ends what goes on, and outweighs what follows from it', async t => {
  const watch = new Watch();
  const source = machine('source');
  watch.guard(source.machine);
  const work = watch.during(async () => {
    setTimeout(() => source.end('signal SIGABRT'), 20);
    throw new Error('connection lost');
  });
  await t.throwsAsync(work, {instanceOf: MachineFailed, message: 'source: QEMU ended: signal SIGABRT'});
});

test('a failure that is feared ends what goes on', async t => {
  const watch = new Watch();
  let fail = (_: Error): void => {};
  watch.fearing(
    new Promise((_, reject) => {
      fail = reject;
    }),
  );
  const work = watch.during(() => new Promise(() => {}));
  fail(new Error('L1 hangs'));
  await t.throwsAsync(work, {message: 'L1 hangs'});
});

test('a machine that was let go may end', async t => {
  const watch = new Watch();
  const [source, target] = [machine('source'), machine('target')];
  watch.guard(source.machine);
  watch.guard(target.machine);
  const work = watch.during(async () => {
    watch.letGo(target.machine);
    target.end('signal SIGKILL');
    await new Promise(resolve => setTimeout(resolve, 20));
    return 'done';
  });
  t.is(await work, 'done');
});

test('what fails by itself fails as it did', async t => {
  const watch = new Watch();
  watch.guard(machine('source').machine);
  await t.throwsAsync(
    watch.during(async () => {
      throw new Error('no such file');
    }),
    {message: 'no such file'},
  );
});
