import {z} from 'zod';
import {metricDefinitions} from '../result/metrics.ts';
import type {Expectation} from '../result/schema.ts';
import type {Scenario} from '../scenario/schema.ts';
import type {Series} from '../scenario/series.ts';
import {table} from './markdown.ts';

/** Writes the JSON Schema of a file format, for editors and other programs. */
export function jsonSchemaText(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, {io: 'input'}), undefined, 2)}\n`;
}

/** A column of a table of fields: its heading, and what it says of a field. */
export type FieldColumn = {readonly title: string; readonly of: (field: string) => string};

/** Lists the fields of a file format in a Markdown table, with a further column before their meaning if wanted. */
export function fieldTable(schema: z.ZodObject, further?: FieldColumn): string {
  const description: unknown = z.toJSONSchema(schema, {io: 'input'});
  const rows = fieldRows(description as Field, '');
  const header = ['field', 'type', 'unit', 'default', 'meaning'];
  if (further === undefined) return table({header, rows: rows.map(({cells}) => cells)});
  return table({
    header: header.toSpliced(-1, 0, further.title),
    rows: rows.map(({name, cells}) => cells.toSpliced(-1, 0, further.of(name))),
  });
}

/** Lists every metric in a Markdown table. */
export function metricTable(): string {
  const rows = metricDefinitions.map(({name, unit, better, clocked, meaning}) => [
    code(name),
    unit,
    better,
    clocked ? 'no' : 'yes',
    `${meaning}.`,
  ]);
  return table({header: ['metric', 'unit', 'better', 'carries over from TCG', 'meaning'], rows});
}

/** Lists series in a Markdown table. */
export function seriesTable(series: readonly Series[]): string {
  const rows = series.map(({name, title, description, stack, expect, expectIn, unsupported}) => [
    code(name),
    description === undefined ? title : `${title}. ${description}`,
    stack
      .slice(1, -1)
      .map(layer => code(layer.name))
      .join(', '),
    [expectation(expect), ...expectIn.map(one => `Under ${listed(one.scenarios)}: ${expectation(one)}`)].join(' '),
    unsupported.map(({scenario, reason}) => `${code(scenario)}: ${reason}`).join(' '),
  ]);
  return table({header: ['series', 'what it is', 'stands on', 'expected outcome', 'not run under'], rows});
}

function expectation({outcomes, reason}: Expectation): string {
  return `${outcomes.join(' or ')}${reason === undefined ? '.' : `: ${reason}`}`;
}

function listed(names: readonly string[]): string {
  return names.map(code).join(', ');
}

/** Lists scenarios in a Markdown table. */
export function scenarioTable(scenarios: readonly Scenario[]): string {
  const rows = scenarios.map(({name, summary, look, series}) => [code(name), `${summary}.`, look, listed(series)]);
  return table({header: ['scenario', 'what it exercises', 'what to look at', 'series'], rows});
}

/** Fills the section of a document that lies between its two marks; gives nothing where a mark is missing. */
export function fillSection(document: string, name: string, text: string): string | undefined {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from === -1 || to === -1) return undefined;
  return `${document.slice(0, from)}${begin}\n\n${text}\n\n${document.slice(to)}`;
}

/** The part of a JSON Schema that a table shows. */
type Field = {
  readonly type?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly items?: Field;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
};

function fieldRows({properties = {}, required = []}: Field, prefix: string): {name: string; cells: string[]}[] {
  return Object.entries(properties).flatMap(([name, field]) => [
    {
      name: prefix + name,
      cells: [
        code(prefix + name),
        typeOf(field),
        field.unit ?? '',
        required.includes(name) ? 'required' : 'default' in field ? showDefault(field.default) : '',
        field.description ?? '',
      ],
    },
    ...fieldRows(field, `${prefix}${name}.`),
  ]);
}

function typeOf(field: Field): string {
  if ('const' in field) return code(String(field.const));
  if (field.enum !== undefined) return field.enum.map(value => code(String(value))).join(' or ');
  if (field.items !== undefined) return `list of ${typeOf(field.items)}`;
  if (field.type === 'string') return 'text';
  if (field.type === 'object') return 'fields';
  if (field.type === 'boolean') return '`true` or `false`';
  const step = field.multipleOf === undefined ? '' : `, a multiple of ${field.multipleOf}`;
  return `${field.type}, ${field.minimum} to ${field.maximum}${step}`;
}

function showDefault(value: unknown): string {
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

function code(text: string): string {
  return `\`${text}\``;
}
