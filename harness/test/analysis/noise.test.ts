import test from 'ava';
import {noiseOf} from '../../analysis/noise.ts';
import {trialValues} from '../../analysis/samples.ts';
import {measured} from '../../result/metrics.ts';
import {withTrials} from '../../result/trials.ts';
import {makeResult, oncePerTrial, trial} from '../fakes/result.ts';

const of = (...values: number[]) =>
  makeResult({trials: values.map(() => trial), metrics: [oncePerTrial('migration.total', values)]});

test('a trial that gave several values counts once, by their median; one that gave none, not at all', t => {
  t.deepEqual(trialValues(measured('vfio.sync_time', [[1, 9, 2], [], [4]]), 3), [2, 4]);
});

test('a result that does not say which trial gave what can be used where each gave one', t => {
  const {counts: _, ...old} = oncePerTrial('migration.total', [1, 2, 3]);
  t.deepEqual(trialValues(old, 3), [1, 2, 3]);
  t.is(trialValues(old, 2), undefined);
});

test('some of the trials take their values with them', t => {
  const metrics = [measured('vfio.sync_time', [[1, 2], [3], [], [4, 5]])];
  const result = makeResult({trials: [0, 1, 2, 3].map(index => ({...trial, index})), metrics});
  const some = withTrials(result, index => index % 3 === 0);
  t.deepEqual(
    some.trials.map(({index}) => index),
    [0, 3],
  );
  t.like(some.metrics[0], {values: [1, 2, 4, 5], counts: [2, 2]});
});

test('a series that never varies has a floor of 0', t => {
  t.deepEqual(noiseOf(of(5, 5, 5, 5)), {'migration.total': {floor: 0, variation: 0, trials: 4}});
});

test('the floor is what the halves of the trials differ by at most, in 95 of 100', t => {
  // Of the three ways to part 100, 100, 110, 110 in pairs, one gives 100 and 110: a third of all, so the floor is that.
  const {floor, variation} = noiseOf(of(100, 100, 110, 110))['migration.total']!;
  t.true(Math.abs(floor - 0.1) < 1e-9);
  t.true(Math.abs(variation - Math.sqrt(100 / 3) / 105) < 1e-9);
});

test('a noisier series has a higher floor', t => {
  const floors = [0.01, 0.05].map(step => {
    const values = Array.from({length: 20}, (_, index) => 100 * (1 + step * ((index * 7) % 20)));
    return noiseOf(of(...values))['migration.total']!.floor;
  });
  t.true(floors[0]! > 0 && floors[1]! > 2 * floors[0]!);
});

test('few trials and medians of 0 have no floor', t => {
  t.deepEqual(noiseOf(of(1, 2, 3)), {});
  t.deepEqual(noiseOf(of(0, 0, 0, 0, 0)), {});
});

test('trials that are all the same do not vary, not even by what a sum rounds', t => {
  const equal = Array.from({length: 20}, () => 45.055);
  t.deepEqual(noiseOf(of(...equal))['migration.total'], {floor: 0, variation: 0, trials: 20});
});
