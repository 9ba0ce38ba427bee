import test from 'ava';
import {MedianBootstrap} from '../../analysis/bootstrap.ts';
import {breakdownOf} from '../../analysis/breakdown.ts';
import {groupByCell} from '../../analysis/cells.ts';
import {randomIndexOf} from '../../analysis/random.ts';
import {tracingCosts} from '../../analysis/tracing-cost.ts';
import type {Result} from '../../result/schema.ts';
import {makeResult, oncePerTrial, trial} from '../fakes/result.ts';

const parts = {qemu: [10, 20], kernel: [6, 8], lock_held: [3, 4], lock_waited: [1, 0], bql_held: [16, 28]};

test('the parts of an operation are means over the trials, and add up to the whole', t => {
  const metrics = Object.entries(parts).map(([name, values]) => oncePerTrial(`breakdown.sync.${name}`, values));
  const found = breakdownOf({metrics}, 'sync');
  t.deepEqual(found, {
    ...{qemu: 15, kernel: 3, lockHeld: 3.5, lockWaited: 0.5, total: 22},
    ...{othersWaited: 0, othersWaits: null, othersLongest: null, bqlHeld: 22, bqlWaited: 0, unit: 'ms'},
  });
  const told = [...metrics, oncePerTrial('breakdown.sync.others_waits', [0, 3])];
  t.is(breakdownOf({metrics: told}, 'sync')?.othersWaits, 1.5);
  t.is(breakdownOf({metrics}, 'unmap'), null);
});

const bootstrap = new MedianBootstrap(randomIndexOf(1));

function traced(tracing: string, liveMappings: number, ...unmaps: number[]): Result {
  return makeResult({
    series: 'upstream',
    cell: {tracing, liveMappings},
    sweep: {tracing: ['off', 'locks'], liveMappings: [64, 128]},
    trials: unmaps.map((_, index) => ({...trial, index})),
    metrics: [oncePerTrial('guest.unmap.p50', unmaps)],
  });
}

const costsOf = (...results: Result[]) =>
  tracingCosts(groupByCell(results.map(result => ({label: result.series, result}))), bootstrap, 0.95);

test('what tracing costs is told of each cell by itself', t => {
  const costs = costsOf(
    traced('off', 64, 100, 100, 100),
    traced('off', 128, 200, 200, 200),
    traced('locks', 64, 150, 150, 150),
    traced('locks', 128, 220, 220, 220),
  );
  t.deepEqual(
    costs.map(({fixed, tracing, metric, off, on, ratio, interval}) => [
      fixed,
      tracing,
      metric,
      off,
      on,
      ratio,
      interval,
    ]),
    [
      ['liveMappings=64', 'locks', 'guest.unmap.p50', 100, 150, 1.5, [1.5, 1.5]],
      ['liveMappings=128', 'locks', 'guest.unmap.p50', 200, 220, 1.1, [1.1, 1.1]],
    ],
  );
});

test('without a cell that nothing was traced in, nobody knows; one trial gives no interval', t => {
  t.deepEqual(costsOf(traced('events', 64, 100), traced('locks', 64, 150)), []);
  t.is(costsOf(traced('off', 64, 100), traced('locks', 64, 150, 150))[0]?.interval, null);
  t.is(costsOf(traced('off', 64, 100, 100), traced('locks', 64, 150))[0]?.interval, null);
});
