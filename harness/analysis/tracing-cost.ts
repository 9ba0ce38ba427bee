import {groupBy} from '../base/group.ts';
import {cellName} from '../result/cell.ts';
import type {Result} from '../result/schema.ts';
import type {MedianBootstrap} from './bootstrap.ts';
import type {ResultCell} from './cells.ts';
import {trialValues} from './samples.ts';
import {quantileOf} from './statistics.ts';

/** Metrics that do not come from the trace, by which its cost is seen. */
const seenBy = ['guest.ops_per_second', 'guest.unmap.p50', 'migration.total', 'migration.downtime'];

/** What a metric of an arm came to with tracing, beside the same without. */
export type TracingCost = {
  readonly scenario: string;
  /** All else that was varied: `liveMappings=64`; empty if nothing was. */
  readonly fixed: string;
  readonly label: string;
  readonly metric: string;
  readonly unit: string;
  readonly tracing: string;
  /** The medians of the trials, and what one is of the other, with a bootstrap interval. */
  readonly off: number;
  readonly on: number;
  readonly ratio: number | null;
  readonly interval: readonly [number, number] | null;
};

type Labelled = {readonly label: string; readonly result: Result};

/** What tracing cost, wherever `tracing` was swept and `off` is one of its values. */
export function tracingCosts(
  cells: readonly ResultCell<Labelled>[],
  bootstrap: MedianBootstrap,
  confidence: number,
): TracingCost[] {
  const groups = groupBy(cells, ({scenario, values: {tracing: _, ...fixed}}) => `${scenario}\0${cellName(fixed)}`);
  return [...groups.values()].flatMap(group => {
    const off = group.find(({values}) => values['tracing'] === 'off');
    if (off === undefined) return [];
    const traced = group.filter(cell => cell !== off);
    return off.members.flatMap(base => traced.flatMap(cell => costsOf(off, base, cell, bootstrap, confidence)));
  });
}

function costsOf(
  {scenario, values: {tracing: _, ...fixed}}: ResultCell<Labelled>,
  base: Labelled,
  cell: ResultCell<Labelled>,
  bootstrap: MedianBootstrap,
  confidence: number,
): TracingCost[] {
  const other = cell.members.find(({label}) => label === base.label);
  return seenBy.flatMap(metric => {
    const [off, on] = [samplesOf(base.result, metric), other && samplesOf(other.result, metric)];
    if (off === undefined || on === undefined) return [];
    const [without, traced] = [quantileOf(off.values, 0.5), quantileOf(on.values, 0.5)];
    return [
      {
        ...{scenario, fixed: cellName(fixed), label: base.label, metric, unit: off.unit},
        ...{tracing: String(cell.values['tracing']), off: without, on: traced},
        ratio: without === 0 ? null : traced / without,
        interval:
          off.values.length < 2 || on.values.length < 2
            ? null
            : bootstrap.ratioInterval(off.values, on.values, confidence),
      },
    ];
  });
}

function samplesOf(result: Result, name: string): {values: number[]; unit: string} | undefined {
  const metric = result.metrics.find(one => one.name === name);
  const values = metric && trialValues(metric, result.trials.length);
  return metric && values && values.length > 0 ? {values, unit: metric.unit} : undefined;
}
