import {groupBy} from '../base/group.ts';
import {type HistoryLine, newestLines} from '../result/history.ts';
import {shape} from '../scenario/fields.ts';

/** Results of one series under the same conditions, in the order in which their runs were begun. */
export type Track = Pick<HistoryLine, 'series' | 'scenario' | 'place' | 'sources'> & {
  /** The values that other tracks of the scenario have otherwise: `devices=4`; empty where there are none. */
  readonly variant: string;
  readonly results: readonly HistoryLine[];
};

/** What fields of a scenario are where it does not say: they stand for those that a line is too old to have. */
const defaults = Object.fromEntries(
  Object.entries(shape).flatMap(([name, field]) => {
    const {data} = field.safeParse(undefined);
    return data === undefined ? [] : [[name, data]];
  }),
);

/**
 * Parts a history into tracks. Results of another machine, clock, accelerator or source, or with any other value of
 * the scenario, never share one.
 */
export function tracksOf(lines: readonly HistoryLine[]): Track[] {
  const tracks = [...groupBy(newestLines(lines), conditionsOf).values()].map((results): Omit<Track, 'variant'> => {
    const {series, scenario, place, sources} = results.at(-1)!;
    return {series, scenario, place, sources, results};
  });
  return tracks.map(track => ({...track, variant: variantOf(track, tracks)}));
}

function conditionsOf({series, scenario, place, sources}: HistoryLine): string {
  const values = Object.entries({...defaults, ...scenario}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([scenario.name, values, series, place, sources]);
}

function variantOf({scenario}: Pick<Track, 'scenario'>, all: readonly Pick<Track, 'scenario'>[]): string {
  const others = all.filter(other => other.scenario.name === scenario.name);
  const show = (one: Pick<Track, 'scenario'>, name: string): string =>
    String({...defaults, ...one.scenario}[name] ?? 'not set');
  return [...new Set(others.flatMap(other => Object.keys(other.scenario)))]
    .filter(name => others.some(other => show(other, name) !== show({scenario}, name)))
    .sort()
    .map(name => `${name}=${show({scenario}, name)}`)
    .join(', ');
}
