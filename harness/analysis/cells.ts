import {groupBy} from '../base/group.ts';
import {type CellValues, cellName, cellOf} from '../result/cell.ts';
import type {Result} from '../result/schema.ts';

/** Results of the same values of a scenario: those that are compared with one another. */
export type ResultCell<T> = {
  readonly scenario: string;
  readonly values: CellValues;
  /** In the order in which they were given. */
  readonly members: readonly [T, ...T[]];
};

/** Parts results, and what comes with them, by scenario and cell: in the order of the first of each. */
export function groupByCell<T extends {readonly result: Result}>(members: readonly T[]): ResultCell<T>[] {
  const keyOf = ({result}: T): string => `${result.scenario.name}\0${cellName(cellOf(result))}`;
  return [...groupBy(members, keyOf).values()].map(group => ({
    scenario: group[0].result.scenario.name,
    values: cellOf(group[0].result),
    members: group,
  }));
}

/** Sorts results of a run as the run has them: by cell, in the order of its sweep, then by series. */
export function byRunOrder(a: Result, b: Result): number {
  const [first, second] = [placeIn(a), placeIn(b)];
  return first.map((place, index) => place - (second[index] ?? 0)).find(difference => difference !== 0) ?? 0;
}

function placeIn({sweep = {}, cell = {}, series, scenario}: Result): number[] {
  const fields = Object.entries(cell).map(([field, value]) => sweep[field]?.indexOf(value) ?? 0);
  const all = scenario['series'];
  return [...fields, Array.isArray(all) ? all.indexOf(series) : 0];
}
