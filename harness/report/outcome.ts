import type {Digest} from '../result/digest.ts';
import type {Scenario} from '../scenario/schema.ts';
import type {Series} from '../scenario/series.ts';
import {blocks, table} from './markdown.ts';
import {figure, nothing} from './number.ts';

/** All that the outcome page is made of. */
export type Outcome = {
  readonly digests: readonly Digest[];
  readonly scenarios: readonly Scenario[];
  /** The designs: no controls. */
  readonly series: readonly Series[];
  /** Those of the digests whose series has other patches now. */
  readonly outdated: readonly Digest[];
};

const header = [
  ...['scenario', 'design', 'trials', 'lost', 'falsely dirty', 'ioctls per sync'],
  ...['unmap p50', 'unmap p99', 'sync time', 'downtime', 'memory'],
];

/** The first column that is a figure. */
const firstFigure = 3;

/** A row for each design under each scenario, and what the figures are. */
export function outcomeTable(outcome: Outcome): string {
  const rows = outcome.scenarios.flatMap(scenario => scenarioRows(outcome, scenario));
  return blocks([table({header, rows}, firstFigure), ...legend(outcome)]).trimEnd();
}

function scenarioRows(outcome: Outcome, scenario: Scenario): string[][] {
  const digests = outcome.digests.filter(digest => digest.scenario.name === scenario.name);
  const designs = [...outcome.series].sort(byBase);
  const reasonOf = ({unsupported}: Series): string | undefined =>
    unsupported.find(one => one.scenario === scenario.name)?.reason;
  const relevant = designs.filter(
    one =>
      scenario.series.includes(one.name) ||
      reasonOf(one) !== undefined ||
      digests.some(({series}) => series === one.name),
  );
  if (digests.length === 0) return [wordRow(code(scenario.name), '', 'not run')];
  const variants = [...new Set(digests.map(({variant}) => variant))].sort(byNumber);
  return variants.flatMap(variant =>
    relevant.map(design => {
      const name = variant === '' ? code(scenario.name) : `${code(scenario.name)}, ${variant}`;
      const digest = digests.find(one => one.series === design.name && one.variant === variant);
      if (digest !== undefined) {
        const mark = outcome.outdated.includes(digest) ? ' †' : '';
        return [name, `${code(design.name)}${mark}`, ...figures(digest, outcome.digests)];
      }
      const reason = reasonOf(design);
      return wordRow(name, code(design.name), reason === undefined ? 'not run' : `not supported: ${reason}`);
    }),
  );
}

/** The base of the ratios comes first. */
function byBase(a: Series, b: Series): number {
  return Number(b.name === 'upstream') - Number(a.name === 'upstream') || a.name.localeCompare(b.name);
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', {numeric: true});
}

function wordRow(scenario: string, design: string, words: string): string[] {
  return [scenario, design, words, ...header.slice(firstFigure).map(() => '')];
}

function figures(digest: Digest, all: readonly Digest[]): string[] {
  return [
    trialsCell(digest),
    lostCell(digest),
    falselyDirtyCell(digest),
    metricCell(digest, 'vfio.dirty_ioctls_per_sync'),
    ratioCell(digest, 'guest.unmap.p50'),
    ratioCell(digest, 'guest.unmap.p99'),
    ratioCell(digest, 'vfio.sync_time'),
    ratioCell(digest, 'migration.downtime'),
    memoryCell(digest, all),
  ];
}

function trialsCell({outcomes}: Digest): string {
  return Object.entries(outcomes)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ');
}

/** What the oracle found that there is: in the guest, at the log, or in the table of the uapi. */
function lostCell({oracle, log, ktap}: Digest): string {
  if (oracle !== null) return `${figure(oracle.lost)} of ${figure(oracle.checked)}`;
  if (log !== null) return `${figure(log.missing)} in ${figure(log.steps)} steps`;
  if (ktap !== null) return `${ktap.failed} of ${ktap.passed + ktap.failed} tests failed`;
  return nothing;
}

/** Pages that were reported and not written: only the oracle at the log knows. */
export function falselyDirtyCell({log}: Digest): string {
  return log === null ? nothing : `${figure(log.falselyDirty)} of ${figure(log.reported)}`;
}

/** The median of a metric. */
export function metricCell({metrics}: Digest, name: string): string {
  const metric = metrics.find(one => one.name === name);
  return metric === undefined ? nothing : figure(metric.summary.median);
}

function ratioCell({metrics}: Digest, name: string): string {
  const metric = metrics.find(one => one.name === name);
  if (metric === undefined) return nothing;
  const absolute = `${figure(metric.summary.median)} ${metric.unit}`;
  return metric.ratio === null ? absolute : `${figure(metric.ratio)}× (${absolute})`;
}

/**
 * What the live mappings of the scenario take while they are tracked, from what was measured without a guest: with
 * mappings of one page, as they were there.
 */
function memoryCell({series, scenario}: Digest, all: readonly Digest[]): string {
  const memory = all.find(one => one.series === series && one.bench !== null)?.bench?.memory ?? [];
  const perMapping = Math.max(...memory.filter(({per}) => per === 'mapping').map(({bytes}) => bytes));
  const {liveMappings, devices = 1, mappingPages = 1, guestIommu, workload = 'iova-churn'} = scenario;
  const isAsMeasured = workload === 'iova-churn' && mappingPages === 1 && guestIommu !== 'off';
  if (memory.length === 0 || !isAsMeasured || !isNumber(liveMappings) || !isNumber(devices)) return nothing;
  return `${figure((perMapping * liveMappings * devices) / 1024)} KiB`;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function legend({digests, outdated}: Outcome): string[] {
  if (digests.length === 0) return [];
  const places = digests.map(({accelerator, provenance: {host, kernel, qemu}}) => {
    const under = accelerator === 'tcg' ? 'L1 emulated (TCG)' : 'L1 under KVM';
    return `Linux ${kernel.release.replace(/[+-].*/, '')}, QEMU ${qemu.version}, ${host.cores} cores of ${host.cpu}, ${under}`;
  });
  const isEmulated = digests.some(({accelerator}) => accelerator === 'tcg');
  return [
    'Medians over all trials; × is the ratio to `upstream` in the same run. *lost*: pages that did not hold the last acknowledged write, of those that were checked; for `type1-random`, pages that were written and not reported. *falsely dirty*: pages that were reported and not written, of those reported. *memory*: what the live mappings take while they are tracked; a log by guest physical address comes on top, and stands below.',
    ...(outdated.length > 0 ? ['† Measured with other patches than the series has now.'] : []),
    `Measured on: ${[...new Set(places)].join('; ')}.${isEmulated ? ' Under TCG times and rates do not carry over to real hardware, nor do their ratios strictly; counts do.' : ''}`,
  ];
}

/** A name as code. */
export function code(text: string): string {
  return `\`${text}\``;
}
