import {type CellValues, cellName, type Sweep} from '../result/cell.ts';
import {type Complaint, toComplaints} from './complaints.ts';
import {type Scenario, scenarioSchema} from './schema.ts';
import {findSwept, type SweptField} from './swept.ts';

/** One combination of the values that a scenario sweeps: what they are, and the scenario that has them. */
export type Cell = {readonly values: CellValues; readonly scenario: Scenario};

/** A scenario with all its cells; one where nothing is swept. Only swept fields differ between them. */
export type SweptScenario = {readonly sweep: Sweep; readonly cells: readonly [Cell, ...Cell[]]};

/** A scenario, or what is wrong with its raw values: what is so in several cells comes as often. */
export type ParsedCells = {readonly scenario: SweptScenario | undefined; readonly complaints: readonly Complaint[]};

/** A value of a cell before it is checked, and where it stands. */
type Choice = {readonly field: string; readonly value: unknown; readonly path: readonly PropertyKey[]};

/** Takes the values of a scenario file apart into cells, and checks each of them. */
export function parseCells(raw: Readonly<Record<string, unknown>>): ParsedCells {
  const {swept, complaints: wrong} = findSwept(raw);
  const combined = wrong.length > 0 ? firstOf(swept) : combine(swept);
  const parsed = combined.map(choices => parseCell(raw, choices));
  const unusable = wrong.flatMap(({fields}) => fields).filter(field => swept.every(one => one.field !== field));
  const complaints = [
    ...wrong,
    ...parsed.flatMap(one => one.complaints).filter(({path}) => !unusable.includes(String(path[0]))),
  ];
  const [first, ...others] = parsed.flatMap(({cell}) => cell ?? []);
  if (complaints.length > 0 || first === undefined) return {scenario: undefined, complaints};
  return {scenario: {sweep: sweepOf(swept), cells: [first, ...others]}, complaints};
}

function combine(swept: readonly SweptField[]): Choice[][] {
  return swept.reduce<Choice[][]>(
    (cells, {field, values, paths}) =>
      cells.flatMap(cell => values.map((value, index) => [...cell, {field, value, path: paths[index]!}])),
    [[]],
  );
}

/** The first cell alone: enough to say what else is wrong with a scenario whose sweep is. */
function firstOf(swept: readonly SweptField[]): Choice[][] {
  return [swept.map(({field, values, paths}) => ({field, value: values[0], path: paths[0]!}))];
}

function parseCell(
  raw: Readonly<Record<string, unknown>>,
  choices: readonly Choice[],
): {cell?: Cell; complaints: Complaint[]} {
  const values = Object.fromEntries(choices.map(({field, value}) => [field, value]));
  const parsed = scenarioSchema.safeParse({...raw, ...values}, {reportInput: true});
  if (!parsed.success) {
    const known = Object.keys(scenarioSchema.shape);
    return {complaints: toComplaints(parsed.error, known).map(complaint => inCell(complaint, choices))};
  }
  return {cell: {values: values as CellValues, scenario: parsed.data}, complaints: []};
}

/** Lets a complaint point at the value of this cell, and name the values of the cell that it is about. */
function inCell(complaint: Complaint, choices: readonly Choice[]): Complaint {
  const concerned = choices.filter(({field}) => complaint.fields.includes(field));
  if (concerned.length === 0) return complaint;
  const cell = cellName(Object.fromEntries(concerned.map(({field, value}) => [field, shown(value)])));
  const path = concerned.find(({field}) => field === complaint.path[0])?.path ?? complaint.path;
  return {...complaint, path, message: `${complaint.message} (cell ${cell})`};
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The sweep that some fields make, whose values have been found sound. */
function sweepOf(swept: readonly SweptField[]): Sweep {
  return Object.fromEntries(swept.map(({field, values}) => [field, [...values]])) as Sweep;
}
