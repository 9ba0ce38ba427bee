import type {Comparison} from '../../analysis/compare.ts';
import {type CellValues, cellName} from '../../result/cell.ts';
import type {Result} from '../../result/schema.ts';
import type {SourceFile} from '../html/figure.ts';
import {slug} from '../html/html.ts';

/** A result, and the path of its file relative to the page. */
export type Sourced = {readonly result: Result; readonly path: string};

/** Results that were compared with one another. */
export type ComparedCell = {
  readonly scenario: string;
  readonly values: CellValues;
  /** The base first, then the others in the order of the comparison. */
  readonly members: readonly Sourced[];
  readonly comparison: Comparison;
};

/** An arm as the page shows it. */
export type ShownArm = Sourced & {
  readonly label: string;
  /** Its place among all arms of the page: it looks the same in every cell. */
  readonly place: number;
};

/** A cell as the page shows it. */
export type ShownCell = Omit<ComparedCell, 'members'> & {
  /** What tells it from the others: its scenario where there are several, and its values; empty if nothing does. */
  readonly name: string;
  readonly id: string;
  readonly arms: readonly ShownArm[];
};

/** All that a report shows. */
export type Report = {
  readonly scenarios: readonly string[];
  /** The labels of all arms, in the order of their places. */
  readonly labels: readonly string[];
  readonly cells: readonly ShownCell[];
};

/** More cells than these get no figures of their own: curves and tables tell what each came to. */
const mostDrawn = 6;

/** Whether each cell has figures of its own. */
export function hasFigures({cells}: Pick<Report, 'cells'>): boolean {
  return cells.length <= mostDrawn;
}

/** Gives every cell a name, and every arm its place. */
export function makeReport(cells: readonly ComparedCell[]): Report {
  const labelled = cells.map(cell => ({cell, labels: armsOf(cell.comparison).map(({label}) => label)}));
  const labels = [...new Set(labelled.flatMap(one => one.labels))];
  const scenarios = [...new Set(cells.map(({scenario}) => scenario))];
  return {
    scenarios,
    labels,
    cells: labelled.map(({cell, labels: own}, index) => {
      const name = nameOf(cell, scenarios.length > 1);
      const arms = cell.members.map((member, at) => ({...member, label: own[at]!, place: labels.indexOf(own[at]!)}));
      return {...cell, name, id: `cell-${index + 1}${name === '' ? '' : `-${slug(name)}`}`, arms};
    }),
  };
}

/** The arms of a comparison, the base first. */
export function armsOf({base, others}: Comparison): readonly Comparison['base'][] {
  return [base, ...others];
}

function nameOf({scenario, values}: ComparedCell, withScenario: boolean): string {
  const swept = cellName(values).replaceAll(',', ', ');
  if (!withScenario) return swept;
  return swept === '' ? scenario : `${scenario}, ${swept}`;
}

/** A title with the name of the cell behind it, if it has one. */
export function titled(title: string, {name}: Pick<ShownCell, 'name'>): string {
  return name === '' ? title : `${title}, ${name}`;
}

/** Links to the files of some arms. */
export function sourcesOf(arms: readonly ShownArm[]): SourceFile[] {
  return arms.map(({label, path}) => ({label: `${label} (JSON)`, path}));
}
