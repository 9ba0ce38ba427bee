import test from 'ava';
import {orderTrials} from '../../plan/order.ts';

/** The first so many trials of each arm, by cell. */
function doneSoFar(counts: number[][]): Set<number>[][] {
  return counts.map(arms => arms.map(count => new Set(Array.from({length: count}, (_, index) => index))));
}

const order = test.macro((t, done: number[][], repeat: number, expected: string) => {
  const names = done.length === 1 ? [''] : ['x', 'y', 'z'];
  const trials = orderTrials(doneSoFar(done), repeat).map(
    ({cell, arm, index}) => `${names[cell]}${'ABC'[arm]}${index}`,
  );
  t.is(trials.join(' '), expected);
});

test('two arms alternate, and every other round goes backwards', order, [[0, 0]], 4, 'A0 B0 B1 A1 A2 B2 B3 A3');
test('three arms turn round likewise', order, [[0, 0, 0]], 2, 'A0 B0 C0 C1 B1 A1');
test('one arm is repeated', order, [[0]], 3, 'A0 A1 A2');
test('one round has every arm once', order, [[0, 0, 0]], 1, 'A0 B0 C0');
test('a run that goes on takes up where it was', order, [[2, 2]], 4, 'A2 B2 B3 A3');
test('an arm that is behind comes to the number of the others', order, [[1, 2]], 3, 'A1 A2 B2');
test('a trial that was left out in between is made up for', t => {
  t.deepEqual(orderTrials([[new Set([0, 2])]], 4), [
    {cell: 0, arm: 0, index: 1},
    {cell: 0, arm: 0, index: 3},
  ]);
});
test('there is nothing to do where all is done', order, [[2, 2]], 2, '');

const twice = 'xA0 xB0 yA0 yB0 yB1 yA1 xB1 xA1';
test(
  'the arms of a cell stay side by side in each round',
  order,
  [
    [0, 0],
    [0, 0],
  ],
  2,
  twice,
);
test(
  'a cell that was not reached catches up',
  order,
  [
    [1, 1],
    [1, 0],
    [0, 0],
  ],
  1,
  'yB0 zA0 zB0',
);

test('arms and cells have the same place on average, so a steady drift falls on all alike', t => {
  const none = doneSoFar([
    [0, 0, 0],
    [0, 0, 0],
  ]);
  const trials = orderTrials(none, 4);
  const meanPlace = (isMeant: (trial: (typeof trials)[number]) => boolean): number => {
    const places = trials.flatMap((trial, place) => (isMeant(trial) ? [place] : []));
    return places.reduce((sum, place) => sum + place, 0) / places.length;
  };
  for (const cell of [0, 1]) {
    for (const arm of [0, 1, 2])
      t.is(
        meanPlace(one => one.cell === cell && one.arm === arm),
        (trials.length - 1) / 2,
      );
  }
});
