import {groupBy} from '../base/group.ts';
import {byMetricOrder} from '../result/metrics.ts';
import type {ResultCell} from './cells.ts';
import {type CurveSubject, type Labelled, type Place, placesOf} from './curve-places.ts';
import type {SizedSample} from './exponent.ts';

/** What a metric came to at each size, under one arm; the smallest size first. */
export type Curve = {readonly label: string; readonly samples: readonly SizedSample[]};

/** How a metric depends on a number under each arm, all else being the same. */
export type CurveSet = CurveSubject & {readonly curves: readonly Curve[]};

/** Every metric against every number that was varied: swept fields, and what the names of metrics count. */
export function curvesOf(cells: readonly ResultCell<Labelled>[]): CurveSet[] {
  const sets = groupBy(cells.flatMap(placesOf), ({scenario, metric, size, fixed}) =>
    [scenario, size, metric, fixed].join('\0'),
  );
  return [...sets.values()]
    .map(places => ({...subjectOf(places[0]), curves: curvesIn(places)}))
    .filter(({curves}) => curves.some(({samples}) => samples.length > 1))
    .sort((a, b) => byMetricOrder(a.metric, b.metric));
}

function subjectOf({scenario, metric, unit, size, fixed}: Place): CurveSubject {
  return {scenario, metric, unit, size, fixed};
}

function curvesIn(places: readonly Place[]): Curve[] {
  return [...groupBy(places, ({label}) => label)].map(([label, own]) => ({
    label,
    samples: own.map(({sample}) => sample).sort((a, b) => a.size - b.size),
  }));
}
