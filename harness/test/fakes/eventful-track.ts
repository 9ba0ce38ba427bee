import {historyLine} from '../../analysis/history-line.ts';
import {tracksOf} from '../../analysis/track.ts';
import {type Trend, trendOf} from '../../analysis/trend.ts';
import type {HistoryLine} from '../../result/history.ts';
import {around, nightResult} from './history.ts';

/** A track in which a new kernel costs time and a later patch saves calls; one night went wrong. */
export function eventfulTrack(): Trend {
  const total = [...around(1500, 12), ...around(1600, 24)];
  const ioctls = [...Array(24).fill(4098), ...Array(12).fill(6)];
  const lines = total.map((ms, index): HistoryLine => {
    const line = historyLine(
      nightResult(index, {
        'migration.total': [ms, ms + 5, ms + 9],
        'vfio.dirty_ioctls_per_sync': [ioctls[index]!],
        'oracle.lost': [0],
      }),
    );
    const built = {...line.built, patches: index < 24 ? 'a'.repeat(64) : 'b'.repeat(64)};
    const newer = {kernel: '6.12.118-1', harness: {version: '0.1.0', commit: 'f'.repeat(40), dirty: true}};
    return {
      ...line,
      built: index < 12 ? built : {...built, ...newer},
      ...(index === 5 ? {outcome: 'timeout', asExpected: false} : {}),
    };
  });
  return trendOf(tracksOf(lines)[0]!);
}
