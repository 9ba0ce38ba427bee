import type {Metric, Result} from '../result/schema.ts';
import type {ResultCell} from './cells.ts';
import type {SizedSample} from './exponent.ts';
import {trialValues} from './samples.ts';

/** A result with the words that its arm goes by. */
export type Labelled = {readonly label: string; readonly result: Result};

/** What is drawn against what. */
export type CurveSubject = {
  readonly scenario: string;
  readonly metric: string;
  readonly unit: string;
  /** What the number is of that was varied. */
  readonly size: string;
  /** The values of all else that was varied: `pattern=random`; empty if nothing was. */
  readonly fixed: string;
};

/** What a metric came to under an arm at one size. */
export type Place = CurveSubject & {readonly label: string; readonly sample: SizedSample};

/** Where the metrics of a cell stand on curves. */
export function placesOf(cell: ResultCell<Labelled>): Place[] {
  return [...sweptPlaces(cell), ...namedPlaces(cell)];
}

/** Along the fields that a run swept, as far as their values are numbers. */
function sweptPlaces({scenario, values, members}: ResultCell<Labelled>): Place[] {
  const fields = Object.entries(values);
  return fields.flatMap(([size, value]) => {
    if (typeof value !== 'number') return [];
    const fixed = listed(fields.filter(([field]) => field !== size));
    return members.flatMap(({label, result}) =>
      result.metrics.map(metric => ({
        ...{scenario, metric: metric.name, unit: metric.unit, size, fixed, label},
        sample: {size: value, values: valuesOf(metric, result)},
      })),
    );
  });
}

/** What a program measured within one trial, at a number of mappings and of devices: `type1.sync.p50@1024x2`. */
const numbered = /^(?<name>.+)@(?<mappings>\d+)(?:x(?<devices>\d+))?$/;

type Numbered = {
  readonly metric: Metric;
  readonly name: string;
  readonly mappings: number;
  readonly devices: number;
};

function numberedMetrics({metrics}: Result): Numbered[] {
  return metrics.flatMap(metric => {
    const {name, mappings, devices} = numbered.exec(metric.name)?.groups ?? {};
    return name === undefined ? [] : [{metric, name, mappings: Number(mappings), devices: Number(devices ?? 1)}];
  });
}

/** Along the numbers in the names of metrics: of mappings of one device, and of devices beside as many mappings. */
function namedPlaces({scenario, values, members}: ResultCell<Labelled>): Place[] {
  const swept = Object.entries(values);
  return members.flatMap(({label, result}) =>
    numberedMetrics(result).flatMap(({metric, name, mappings, devices}) => {
      const place = {scenario, metric: name, unit: metric.unit, label};
      const sample = (size: number): SizedSample => ({size, values: valuesOf(metric, result)});
      const onDevices = listed([['live mappings', mappings], ...swept]);
      return [
        ...(devices === 1 ? [{...place, size: 'live mappings', fixed: listed(swept), sample: sample(mappings)}] : []),
        {...place, size: 'devices', fixed: onDevices, sample: sample(devices)},
      ];
    }),
  );
}

function valuesOf(metric: Metric, result: Result): readonly number[] {
  return trialValues(metric, result.trials.length) ?? metric.values;
}

function listed(fields: readonly (readonly [string, unknown])[]): string {
  return fields.map(([field, value]) => `${field}=${String(value)}`).join(', ');
}
