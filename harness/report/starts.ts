import type {Starts} from '../result/starts.ts';
import {tally} from './contents.ts';
import {table} from './markdown.ts';
import {shownMetrics} from './noise.ts';
import {figure, nothing, relation} from './number.ts';
import {code} from './outcome.ts';

/** How trials that start from a saved L1 compare with trials that boot, in Markdown. */
export function startsTable(starts: Starts | undefined): string {
  if (!starts) return 'None has been measured.';
  const {base, others, rows} = starts;
  const header = ['metric', `${base.trials} booted`, `${others[0].trials} from a saved L1`, 'ratio', 'verdict'];
  const shown = rows.filter(({name}) => shownMetrics.includes(name));
  const counts = tally(rows.flatMap(({others: [{verdict}]}) => verdict ?? []));
  return `${table({header, rows: shown.map(cellsOf)}, 1)}\n\nOf all metrics: ${counts}.`;
}

function cellsOf({name, unit, base, others: [{summary, verdict}]}: Starts['rows'][number]): string[] {
  const median = (one: typeof base): string => (one ? `${figure(one.median)} ${unit}` : nothing);
  const ratio = relation({ratio: null, difference: null, verdict});
  return [code(name), median(base), median(summary), ratio, verdict?.kind ?? nothing];
}
