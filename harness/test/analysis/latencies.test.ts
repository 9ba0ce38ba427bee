import test from 'ava';
import {latenciesOf} from '../../analysis/latencies.ts';
import type {GuestReport} from '../../result/guest.ts';

type Histogram = NonNullable<GuestReport['phases'][number]['map']>;

const histogram = (...buckets: [number, number][]): Histogram => ({
  count: buckets.reduce((sum, [, inBucket]) => sum + inBucket, 0),
  ...{min: 0, p50: 0, p90: 0, p99: 0, p999: 0, mean: 0},
  max: buckets.at(-1)?.[0] ?? 0,
  buckets,
});

const trialOf = (map: Histogram, name = 'migration') => ({
  guest: {phases: [{name, startNs: 0, endNs: 1, operations: 1, map}]} as unknown as GuestReport,
});

test('the operations of all trials count together', t => {
  const found = latenciesOf(
    [trialOf(histogram([1000, 3])), trialOf(histogram([1000, 1], [64_000, 96]))],
    'migration',
    'map',
  )!;
  t.like(found, {count: 100, p50: 64, p99: 64, max: 64});
  t.is(found.bins[0]!.share, 0.04);
  t.is(found.bins.at(-1)!.share, 0.96);
});

test('the shares of all bins, which follow one another, are 1 together', t => {
  const {bins} = latenciesOf([trialOf(histogram([900, 5], [1100, 5], [50_000, 10]))], 'migration', 'map')!;
  t.is(
    bins.reduce((sum, {share}) => sum + share, 0),
    1,
  );
  for (const [index, {from}] of bins.slice(1).entries()) t.is(from, bins[index]!.to);
  t.true(bins.some(({share}) => share === 0));
});

test('a bucket lies in the bin that holds its upper bound', t => {
  const [bin] = latenciesOf([trialOf(histogram([100_000, 1]))], 'migration', 'map')!.bins;
  t.true(bin!.from < 100 && 100 <= bin!.to);
});

test('other phases, other operations and empty histograms do not count', t => {
  const trials = [trialOf(histogram([1000, 1]), 'baseline'), trialOf(histogram()), {guest: null}];
  t.is(latenciesOf(trials, 'migration', 'map'), null);
  t.is(latenciesOf(trials, 'baseline', 'dma'), null);
  t.is(latenciesOf(trials, 'baseline', 'map')!.count, 1);
});
