import test from 'ava';
import {bottomAxis} from '../../../report/html/axis.ts';
import {fittingScale, linearScale, logScale, type Scale, tickText} from '../../../report/html/scale.ts';

const range = [0, 400] as const;

test('values lie within the range, in their order', t => {
  for (const scale of [linearScale([1, 50, 99], range), logScale([1, 50, 99], range)]) {
    const places = [1, 50, 99].map(scale.at);
    t.true(places[0]! >= 0 && places[2]! <= 400, scale.kind);
    t.true(places[0]! < places[1]! && places[1]! < places[2]!, scale.kind);
  }
});

test('equal factors are equal lengths on a logarithmic axis, equal differences on a linear one', t => {
  const {at} = logScale([1, 10_000], range);
  t.is(Math.round(at(100) - at(10)), Math.round(at(1000) - at(100)));
  const linear = linearScale([0, 100], range);
  t.is(Math.round(linear.at(20) - linear.at(10)), Math.round(linear.at(90) - linear.at(80)));
});

const names = test.macro((t, scale: Scale, expected: string[]) => {
  t.deepEqual(scale.ticks.map(tickText), expected);
});

test('ticks of a linear axis', names, linearScale([3, 97], range), ['0', '20', '40', '60', '80', '100']);
test('0 stands on the axis where it must', names, linearScale([900, 1000], range, {fromZero: true}), [
  '0',
  '200',
  '400',
  '600',
  '800',
  '1,000',
]);
test('ticks of a logarithmic axis over one decade', names, logScale([4, 40], range), ['5', '10', '20']);
test('ticks of a logarithmic axis over four', names, logScale([6, 65_536], range), ['10', '100', '1,000', '10K']);
test('ticks of a logarithmic axis over ten', names, logScale([1e-2, 1e8], range), [
  '0.01',
  '1',
  '100',
  '10K',
  '1M',
  '100M',
]);
test('an axis of a single value', names, linearScale([5, 5], range), ['2', '3', '4', '5', '6', '7', '8']);
test('an axis of nothing', names, linearScale([], range), ['0', '1']);
test('whole numbers have whole ticks', names, linearScale([3, 4], range), ['3', '4']);
test('others have ticks between', names, linearScale([3, 3.5], range), ['3', '3.1', '3.2', '3.3', '3.4', '3.5']);

test('values far apart get a logarithmic axis, unless one is 0', t => {
  t.is(fittingScale([6, 4108], range).kind, 'log');
  t.is(fittingScale([0, 4108], range).kind, 'linear');
  t.is(fittingScale([100, 110], range).kind, 'linear');
});

test('an axis has a line for each tick, and says its title and that it is logarithmic', t => {
  const scale = logScale([6, 65_536], range);
  const {text} = bottomAxis(scale, {top: 100, title: 'time in ms'});
  t.is(text.match(/M[\d.]+ 0V100/g)?.length, 4);
  t.regex(text, />time in ms, logarithmic</);
});

test('names of ticks that would run into one another are left out', t => {
  const crowded: Scale = {kind: 'linear', range, at: value => value / 10_000, ticks: [1e6, 1.1e6, 2e6]};
  t.deepEqual(
    [...bottomAxis(crowded, {top: 9, title: ''}).text.matchAll(/>([\d.]+M)</g)].map(([, name]) => name),
    ['1M', '2M'],
  );
});
