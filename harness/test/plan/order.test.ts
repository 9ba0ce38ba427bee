import test from 'ava';
import {orderTrials} from '../../plan/order.ts';

const order = test.macro((t, done: number[], repeat: number, expected: string) => {
  const trials = orderTrials(done, repeat);
  t.is(trials.map(({arm, index}) => `${'ABC'[arm]}${index}`).join(' '), expected);
});

test('two arms alternate, and every other round goes backwards', order, [0, 0], 4, 'A0 B0 B1 A1 A2 B2 B3 A3');
test('three arms turn round likewise', order, [0, 0, 0], 2, 'A0 B0 C0 C1 B1 A1');
test('one arm is repeated', order, [0], 3, 'A0 A1 A2');
test('one round has every arm once', order, [0, 0, 0], 1, 'A0 B0 C0');
test('a run that goes on takes up where it was', order, [2, 2], 4, 'A2 B2 B3 A3');
test('an arm that is behind comes to the number of the others', order, [1, 2], 3, 'A1 A2 B2');
test('there is nothing to do where all is done', order, [2, 2], 2, '');
