import type {GuestReport} from '../result/guest.ts';
import type {Trial} from '../result/schema.ts';

/** The operations of a guest that are timed. */
export const timedOperations = ['map', 'dma', 'unmap'] as const;

/** One of them. */
export type TimedOperation = (typeof timedOperations)[number];

type Buckets = NonNullable<GuestReport['phases'][number]['map']>['buckets'];

/** Latencies of an operation in a phase, of all trials together. */
export type Latencies = {
  readonly count: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Microseconds, and the share of all operations; the bins follow one another, empty ones among them too. */
  readonly bins: readonly {readonly from: number; readonly to: number; readonly share: number}[];
};

/** Bins to a doubling of the latency: far wider than the buckets of the workload tool, so what a bucket spans is lost. */
const binsPerOctave = 4;

/** Sums up the latencies of an operation in a phase over trials; nothing where there were none. */
export function latenciesOf(
  trials: readonly Pick<Trial, 'guest'>[],
  phase: string,
  operation: TimedOperation,
): Latencies | null {
  const histograms = trials
    .flatMap(({guest}) => guest?.phases ?? [])
    .filter(({name}) => name === phase)
    .flatMap(one => one[operation] ?? [])
    .filter(({count}) => count > 0);
  if (histograms.length === 0) return null;
  const buckets = histograms.flatMap(histogram => histogram.buckets).sort(([a], [b]) => a - b);
  const count = histograms.reduce((sum, histogram) => sum + histogram.count, 0);
  return {
    count,
    p50: quantileOfBuckets(buckets, count, 0.5),
    p99: quantileOfBuckets(buckets, count, 0.99),
    max: Math.max(...histograms.map(({max}) => max)) / 1000,
    bins: binsOf(buckets, count),
  };
}

/** The upper bound, in us, of the bucket that a share of all operations does not exceed. */
function quantileOfBuckets(buckets: Buckets, count: number, share: number): number {
  let below = 0;
  const bucket = buckets.find(([, inBucket]) => {
    below += inBucket;
    return below >= count * share;
  });
  return bucket![0] / 1000;
}

function binsOf(buckets: Buckets, count: number): Latencies['bins'] {
  const bins = new Map<number, number>();
  for (const [boundNs, inBucket] of buckets) {
    const bin = Math.ceil(Math.log2(boundNs / 1000) * binsPerOctave) - 1;
    bins.set(bin, (bins.get(bin) ?? 0) + inBucket);
  }
  const [first, last] = [Math.min(...bins.keys()), Math.max(...bins.keys())];
  return Array.from({length: last - first + 1}, (_, index) => ({
    from: 2 ** ((first + index) / binsPerOctave),
    to: 2 ** ((first + index + 1) / binsPerOctave),
    share: (bins.get(first + index) ?? 0) / count,
  }));
}
