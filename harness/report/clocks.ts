import {rankAgreement} from '../analysis/agreement.ts';
import type {Digest} from '../result/digest.ts';
import {table} from './markdown.ts';
import {figure, nothing} from './number.ts';
import {code} from './outcome.ts';

/** The metrics by which designs are ranked under each clock. */
const ranked = [
  'vfio.dirty_ioctls_per_sync',
  'vfio.sync_time',
  'migration.total',
  'migration.downtime',
  'guest.unmap.p50',
  'guest.map.p50',
  'guest.dma.p50',
  'guest.ops_per_second',
];

/** What digests say of a metric: medians by series. */
type Medians = ReadonlyMap<string, number>;

/** How the clocks rank the designs of a scenario, by digests of both clocks. The last column is Kendall's tau-b. */
export function clockTable(digests: readonly Digest[], scenario: string): string {
  const of = (clock: Digest['clock'], variant: string): Digest[] =>
    digests.filter(one => one.scenario.name === scenario && one.clock === clock && one.variant === variant);
  const [wall, virtual] = [of('wall', ''), of('virtual', 'clock=virtual')];
  if (virtual.length === 0) return 'None has been measured.';
  const rows = ranked.flatMap(name => {
    const [under, beside] = [mediansOf(wall, name), mediansOf(virtual, name)];
    if (under.size === 0 || beside.size === 0) return [];
    const agreement = rankAgreement(under, beside);
    return [[code(name), ranking(under), ranking(beside), agreement === null ? nothing : figure(agreement)]];
  });
  return table({header: ['metric', 'wall clock', 'virtual clock', 'agreement'], rows}, 3);
}

function mediansOf(digests: readonly Digest[], name: string): Medians {
  const medians = digests.flatMap(({series, metrics}) => {
    const metric = metrics.find(one => one.name === name);
    return metric === undefined ? [] : [[series, metric.summary.median] as const];
  });
  return new Map(medians);
}

/** The designs in the order of their medians, each with its own. */
function ranking(medians: Medians): string {
  return [...medians]
    .sort(([, a], [, b]) => a - b)
    .map(([series, median]) => `${series} ${figure(median)}`)
    .join(', ');
}
