import {measured} from '../../result/metrics.ts';
import type {Metric, Provenance, Result, Trial} from '../../result/schema.ts';

const digest = (letter: string): string => letter.repeat(64);

const provenance: Provenance = {
  harness: {version: '0.1.0', commit: '0123abc', dirty: false},
  kernel: {
    release: '6.12.117',
    source: {kind: 'package', name: 'linux-source-6.12', version: '6.12.117-1', sha256: digest('a')},
    patches: [{file: 'common/linux/0001-trace.patch', sha256: digest('b')}],
    configSha256: digest('c'),
    sha256: digest('d'),
  },
  guestKernel: {
    release: '6.12.117',
    source: {kind: 'package', name: 'linux-source-6.12', version: '6.12.117-1', sha256: digest('a')},
    patches: [],
    configSha256: digest('e'),
    sha256: digest('f'),
  },
  qemu: {
    version: '10.0.13',
    source: {kind: 'package', name: 'qemu', version: '1:10.0.13+ds-1', sha256: digest('0')},
    patches: [],
    configureSha256: digest('1'),
    sha256: digest('2'),
  },
  l0Qemu: '7.2.22',
  compiler: 'gcc 14.2.0',
  toolchain: digest('3'),
  guestImagesSha256: digest('4'),
  host: {cpu: 'A CPU', cores: 2, memoryMiB: 24_000, kernel: '6.1.0', node: '20.20.2'},
  acceleratorProbe: {kvm: false, nested: null, reason: 'the probe guest did not run'},
};

/** A trial that passed. */
export const trial: Trial = {
  index: 0,
  seed: 1,
  startedAt: '2025-01-02T03:04:05Z',
  outcome: 'passed',
  startedFrom: null,
  phases: [{name: 'boot L1', ms: 4000}],
  oracle: {checked: 16_384, lost: 0, first: []},
  migration: {
    status: 'completed',
    totalMs: 2400,
    setupMs: 12,
    downtimeMs: 250,
    syncs: 4,
    ramBytes: 123_456_789,
    vfioBytes: 4096,
    raw: {status: 'completed'},
  },
  destination: {status: 'completed'},
  rounds: [{round: 1, startMs: 12, durationMs: 600, bytes: 100_000, dirtyPages: 4100, dirtyIoctls: 12}],
  attempts: [],
  guest: null,
  logs: ['trials/000-upstream/l1.console.log'],
  warnings: [],
};

/** A metric of which each trial gave one value. */
export function oncePerTrial(name: string, values: readonly number[]): Metric {
  return measured(
    name,
    values.map(value => [value]),
  );
}

/** A result with few metrics, changed as told. */
export function makeResult(changes: Partial<Result> = {}): Result {
  return {
    schemaVersion: 1,
    run: '20250102T030405-iova-churn-1a2b',
    startedAt: '2025-01-02T03:04:00Z',
    finishedAt: '2025-01-02T03:06:00Z',
    series: 'gpa-map',
    scenario: {name: 'iova-churn', series: ['upstream', 'gpa-map'], repeat: 1, liveMappings: 4096, pattern: 'random'},
    accelerator: 'tcg',
    clock: 'wall',
    outcome: 'passed',
    expected: {outcomes: ['passed']},
    asExpected: true,
    provenance,
    trials: [trial],
    metrics: [
      oncePerTrial('migration.total', [2400.4, 2600.123, 2500]),
      oncePerTrial('oracle.lost', [0, 0, 0]),
      oncePerTrial('vfio.dirty_ioctls_per_sync', [12, 12, 12, 12, 12, 12]),
      oncePerTrial('vfio.unmap_bitmap_ioctls', [0, 0, 0]),
    ],
    warnings: [],
    ...changes,
  };
}

/** A result of `upstream`, which loses pages and is expected to. */
export function makeUpstream(changes: Partial<Result> = {}): Result {
  return makeResult({
    series: 'upstream',
    outcome: 'lost-pages',
    expected: {outcomes: ['lost-pages'], reason: 'an unmap marks the wrong page'},
    trials: [{...trial, outcome: 'lost-pages', oracle: {checked: 16_384, lost: 37, first: []}}],
    metrics: [
      oncePerTrial('vfio.dirty_ioctls_per_sync', [4108, 4109, 4110, 4111, 4112, 5000]),
      oncePerTrial('migration.total', [4800.8, 5200.246, 5000]),
      oncePerTrial('oracle.lost', [37]),
      oncePerTrial('vfio.unmap_bitmap_ioctls', [90_000, 91_000, 92_000]),
      oncePerTrial('guest.unmap.p50', [1234.5]),
    ],
    ...changes,
  });
}

/** A copy of a result on another host or build. */
export function withProvenance(result: Result, changes: Partial<Provenance>): Result {
  return {...result, provenance: {...result.provenance, ...changes}};
}
