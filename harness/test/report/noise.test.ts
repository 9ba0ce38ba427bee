import test from 'ava';
import {noiseTable, noiseText} from '../../report/noise.ts';
import type {NoiseFloor} from '../../result/noise-floor.ts';

const noise: NoiseFloor = {
  schemaVersion: 1,
  kind: 'noise-floor',
  place: {scenario: 'iova-churn', accelerator: 'tcg', clock: 'virtual', cpu: 'AMD', cores: 2},
  series: 'gpa-map',
  run: 'run',
  measuredAt: '2025-01-02T03:04:00Z',
  metrics: {
    'guest.unmap.p50': {floor: 0, variation: 0.0012, trials: 20},
    'migration.total': {floor: 0.0081, variation: 0.00934, trials: 20},
    'vfio.map_ioctls': {floor: 0.01, variation: 0.02, trials: 20},
  },
};

test('the terminal shows every metric, in the order of the metrics', t => {
  const lines = noiseText(noise).split('\n');
  t.is(lines[0], 'How much gpa-map differs from itself:');
  t.deepEqual(
    lines.slice(2, 5).map(line => line.split(/ {2,}/)),
    [
      ['migration.total', '0.81 %', '0.934 %', '20'],
      ['vfio.map_ioctls', '1 %', '2 %', '20'],
      ['guest.unmap.p50', '0 %', '0.12 %', '20'],
    ],
  );
});

test('the documents show the times, as far as they were measured', t => {
  t.deepEqual(noiseTable(noise).split('\n').slice(2), [
    '| `migration.total` | 0.81 % | 0.934 % | 20 |',
    '| `guest.unmap.p50` | 0 % | 0.12 % | 20 |',
  ]);
  t.is(noiseTable(null), 'None has been measured.');
});
