import test from 'ava';
import {keepSupported} from '../../scenario/supported.ts';
import {makeSeries} from '../fakes/series.ts';

const whole = makeSeries('gpa-map');
const strict = makeSeries('strict-only', [{scenario: 'lazy', reason: 'It needs each unmap at once.'}]);
const note = 'strict-only is not run under lazy: It needs each unmap at once.';

test('a series that lists the scenario is left out, with its reason', t => {
  t.deepEqual(keepSupported([strict, whole], 'lazy', false), {series: [whole], notes: [note]});
});

test('a series that lists another scenario is run', t => {
  t.deepEqual(keepSupported([strict, whole], 'alias', false), {series: [strict, whole], notes: []});
});

test('a series that was asked for is refused', t => {
  t.throws(() => keepSupported([strict, whole], 'lazy', true), {message: note});
});

test('a scenario that no series is left for is refused', t => {
  t.throws(() => keepSupported([strict], 'lazy', false), {message: note});
});
