import test from 'ava';
import {orderTrials} from '../../plan/order.ts';

const order = test.macro((t, arms: number, repeat: number, expected: string) => {
  const trials = orderTrials(arms, repeat);
  t.is(trials.map(({arm, index}) => `${'ABC'[arm]}${index}`).join(' '), expected);
});

test('two arms alternate, and every other round goes backwards', order, 2, 4, 'A0 B0 B1 A1 A2 B2 B3 A3');
test('three arms turn round likewise', order, 3, 2, 'A0 B0 C0 C1 B1 A1');
test('one arm is repeated', order, 1, 3, 'A0 A1 A2');
test('one round has every arm once', order, 3, 1, 'A0 B0 C0');
