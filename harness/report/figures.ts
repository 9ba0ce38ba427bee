import type {Digest} from '../result/digest.ts';
import {metricDefinition} from '../result/metrics.ts';
import {figure, nothing} from './number.ts';
import {align} from './text.ts';

/** The metrics that a reader of a posting asks for first. */
export const usual = [
  'vfio.dirty_ioctls_per_sync',
  'vfio.dirty_pages_per_sync',
  'vfio.sync_time',
  'vfio.unmap_ioctls',
  'vfio.unmap_bitmap_ioctls',
  'guest.unmap.p50',
  'guest.unmap.p99',
  'migration.rounds',
  'migration.ram_bytes',
  'migration.total',
  'migration.downtime',
];

/** How wide the words of a table and the lines of a text may be, in a mail of 72 columns. */
const [labelWidth, textWidth] = [36, 72];

/**
 * A table of measured figures for a mail, and what they were measured on. The first digest is what the others are
 * compared with.
 */
export function figuresText(digests: readonly [Digest, ...Digest[]], metrics: readonly string[]): string {
  const [base, ...others] = digests;
  const names = (metrics.length > 0 ? metrics : usual).filter(name =>
    digests.some(digest => medianOf(digest, name) !== undefined),
  );
  const rows = [lostRow(digests), ...names.flatMap(name => metricRows(digests, name))];
  const header = ['', base.series, ...others.flatMap(({series}) => [series, 'ratio'])];
  return [...align({header, rows}, 1), '', ...wrap(conditions(digests))].join('\n');
}

function lostRow([base, ...others]: readonly [Digest, ...Digest[]]): string[] {
  const cell = ({oracle}: Digest): string => (oracle === null ? nothing : `${oracle.lost} of ${oracle.checked}`);
  return ['lost pages', cell(base), ...others.flatMap(other => [cell(other), ''])];
}

function metricRows([base, ...others]: readonly [Digest, ...Digest[]], name: string): string[][] {
  const {meaning = name, unit = ''} = metricDefinition(name) ?? {};
  const isPlain = ['', 'count'].includes(unit) || meaning.toLowerCase().includes(unit);
  const [label = '', ...rest] = wrap(isPlain ? meaning : `${meaning} (${unit})`, labelWidth);
  const reference = medianOf(base, name);
  const cells = others.flatMap(other => {
    const median = medianOf(other, name);
    const ratio = median === undefined || !reference ? '' : `${figure(median / reference)}×`;
    return [shown(median), ratio];
  });
  const blank = ['', ...cells.map(() => '')];
  return [[label, shown(reference), ...cells], ...rest.map(line => [line, ...blank])];
}

function medianOf(digest: Digest, name: string): number | undefined {
  return digest.metrics.find(metric => metric.name === name)?.summary.median;
}

function shown(value: number | undefined): string {
  return value === undefined ? nothing : figure(value);
}

/** Says how and on what the figures were measured, and what may be concluded from them. */
function conditions(digests: readonly [Digest, ...Digest[]]): string {
  const [{scenario, variant, accelerator, provenance}] = digests;
  const {host, kernel, qemu} = provenance;
  const trials = [...new Set(digests.map(digest => digest.trials))].join(' or ');
  const under =
    accelerator === 'tcg'
      ? 'The host of the nested guests was itself emulated (TCG): counts carry over to real hardware, times and rates do not, and are only to be compared with each other.'
      : 'The host of the nested guests ran under KVM.';
  return [
    `Medians of ${trials} ${trials === '1' ? 'trial' : 'trials'} of each, scenario ${scenario.name}`,
    `${variant === '' ? '' : ` with ${variant}`}, Linux ${kernel.release} and QEMU ${qemu.version},`,
    ` on ${host.cores} cores of ${host.cpu}. ${under}`,
  ].join('');
}

function wrap(text: string, width = textWidth): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || `${line} ${word}`.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
