import type {Digest} from '../result/digest.ts';
import {table} from './markdown.ts';
import {figure, nothing} from './number.ts';
import {code, falselyDirtyCell, metricCell} from './outcome.ts';

type Bench = NonNullable<Digest['bench']>;
type Point = Bench['points'][number];
type Measured = Digest & {readonly bench: Bench};

const none = 'None has been measured.';

/** What an operation costs beside so many live mappings, a column for each design. */
export function costTable(digests: readonly Digest[]): string {
  const measured = measuredOf(digests);
  if (measured.length === 0) return none;
  const operations = [...new Set(measured.flatMap(({bench}) => bench.points.map(({operation}) => operation)))];
  const rows = operations.flatMap(operation => operationRows(measured, operation));
  return table({header: ['operation', 'live mappings', ...measured.map(nameOf)], rows}, 1);
}

/** A row for each number of mappings, and one that says how the cost grows from the fewest to the most. */
function operationRows(measured: readonly Measured[], operation: string): string[][] {
  const pointsOf = ({bench}: Measured): Point[] => bench.points.filter(point => point.operation === operation);
  const keyOf = ({mappings, devices}: Point): string => [mappings, devices ?? ''].join(' ');
  const keys = [...new Set(measured.flatMap(one => pointsOf(one).map(keyOf)))].sort(byNumber);
  const rows = keys.map(key => {
    const [mappings, devices] = key.split(' ');
    const beside = devices === '' ? mappings! : `${mappings}, ${devices} devices`;
    const pointOf = (one: Measured | undefined): Point | undefined =>
      one && pointsOf(one).find(point => keyOf(point) === key);
    return [operation, beside, ...measured.map(one => timeCell(pointOf(one), pointOf(baseOf(one, measured))))];
  });
  if (new Set(keys.map(key => key.split(' ')[0])).size < 2) return rows;
  const growth = measured.map(one => {
    const [first, last] = [keys[0], keys.at(-1)].map(key => pointsOf(one).find(point => keyOf(point) === key));
    return first === undefined || last === undefined || first.p50 === 0 ? nothing : `${figure(last.p50 / first.p50)}×`;
  });
  return [...rows, [operation, 'most to fewest', ...growth]];
}

/** The digest of the same runs that ratios are to; none for that one itself. */
function baseOf(one: Measured, measured: readonly Measured[]): Measured | undefined {
  return measured.find(
    other => other.series === one.base && other.series !== one.series && other.runs.some(run => one.runs.includes(run)),
  );
}

/** Median and 99th percentile, how the median relates to that of the base, and what it takes of the kernel. */
function timeCell(point: Point | undefined, base: Point | undefined): string {
  if (point === undefined) return nothing;
  return [
    `${figure(point.p50 / 1000)} us (${figure(point.p99 / 1000)})`,
    ...(base === undefined || base.p50 === 0 ? [] : [`${figure(point.p50 / base.p50)}×`]),
    ...(point.requests === undefined ? [] : [`${figure(point.requests)} ${point.requests === 1 ? 'ioctl' : 'ioctls'}`]),
  ].join(', ');
}

/** What memory a design takes, a column for each. */
export function memoryTable(digests: readonly Digest[]): string {
  const measured = measuredOf(digests);
  if (measured.length === 0) return none;
  const keys = [...new Set(measured.flatMap(({bench}) => bench.memory.map(({what, per}) => `${what}\0${per}`)))];
  const rows = keys.map(key => {
    const [what, per] = key.split('\0');
    const items = measured.map(({bench}) => bench.memory.find(one => one.what === what && one.per === per));
    return [what!, per!, ...items.map(item => (item === undefined ? nothing : figure(item.bytes)))];
  });
  return table({header: ['bytes of', 'per', ...measured.map(nameOf)], rows}, 2);
}

/** What a sync costs with so many devices: for each scenario that was run with several numbers of them. */
export function deviceTable(digests: readonly Digest[]): string {
  const counts = (name: string): number =>
    new Set(digests.filter(({scenario}) => scenario.name === name).map(({scenario}) => scenario['devices'])).size;
  const several = digests.filter(({scenario}) => counts(scenario.name) > 1);
  if (several.length === 0) return none;
  const rows = several.map(digest => [
    code(digest.scenario.name),
    code(digest.series),
    String(digest.scenario['devices']),
    metricCell(digest, 'vfio.dirty_ioctls_per_sync'),
    metricCell(digest, 'vfio.dirty_pages_per_sync'),
    falselyDirtyCell(digest),
  ]);
  rows.sort((a, b) => byNumber(a.slice(0, 3).join(' '), b.slice(0, 3).join(' ')));
  const header = ['scenario', 'design', 'devices', 'ioctls per sync', 'dirty pages per sync', 'falsely dirty'];
  return table({header, rows}, 2);
}

/** The digests that hold what operations cost, those that the others are measured by first. */
function measuredOf(digests: readonly Digest[]): Measured[] {
  const isBase = ({series, base}: Digest): boolean => series === base;
  return digests.filter(isMeasured).sort((a, b) => Number(isBase(b)) - Number(isBase(a)));
}

function isMeasured(digest: Digest): digest is Measured {
  return digest.bench !== null;
}

function nameOf({series, variant}: Digest): string {
  return variant === '' ? code(series) : `${code(series)}, ${variant}`;
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', {numeric: true});
}
