import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {parseDocument} from 'yaml';
import {asError, UserError} from '../base/errors.ts';
import {parseCells, type SweptScenario} from './cells.ts';
import {atPlace, type Complaint} from './complaints.ts';
import {didYouMean} from './nearest.ts';
import type {Scenario} from './schema.ts';
import {readYaml, shown, type Yaml} from './yaml.ts';

const hint = 'The fields are described in scenarios/README.md.';

/** A value that goes over the one in the file, and the option that gave it, as the user spelt it. */
export type Override = {readonly key: string; readonly value: unknown; readonly option: string};

/** Fails where a series does not exist. `where` begins the message. */
export type SeriesCheck = (name: string, where: string) => Promise<void>;

/**
 * Reads a scenario file and lays overrides over it: those of `--set`, as `key=value`, and those of other options.
 * Where fields hold several values, there is a cell for each combination. Whatever is wrong with the values is said at
 * once.
 */
export async function readSweep(
  file: string,
  overrides: readonly (string | Override)[],
  checkSeries: SeriesCheck = async () => {},
): Promise<SweptScenario> {
  const {scenario, yaml, spelling} = await readLaidOver(file, overrides);
  for (const [index, name] of scenario.cells[0].scenario.series.entries()) {
    const place = yaml.locate({path: ['series', index], part: 'value'});
    await checkSeries(name, `${spelling.get('series') ?? `${place} series:`} `);
  }
  return scenario;
}

/** Reads a scenario file as `readSweep` does, for what runs a single cell: further ones are refused. */
export async function readScenario(file: string, overrides: readonly (string | Override)[]): Promise<Scenario> {
  const {scenario, yaml, spelling} = await readLaidOver(file, overrides);
  const {cells, sweep} = scenario;
  if (cells.length === 1) return cells[0].scenario;
  const several = Object.keys(sweep).filter(field => sweep[field]!.length > 1);
  const lines = several.map(field =>
    describe({path: [field], part: 'value', message: 'must be a single value here', fields: [field]}, yaml, spelling),
  );
  throw new UserError([...new Set(lines)].join('\n'), {hint: `npm run scenario -- ${nameOf(file)} runs a sweep.`});
}

/** A scenario, and what says where its values come from. */
type LaidOver = {
  readonly scenario: SweptScenario;
  readonly yaml: Yaml;
  readonly spelling: ReadonlyMap<string, string>;
};

async function readLaidOver(file: string, overrides: readonly (string | Override)[]): Promise<LaidOver> {
  const yaml = await readFile(file);
  const {values, spelling, complaints} = readOverrides(overrides);
  const raw: Record<string, unknown> = {...(yaml.value as object), ...Object.fromEntries(values)};
  const {scenario, complaints: wrong} = parseCells(raw);
  const found = [...wrong];
  if (typeof raw['name'] === 'string' && raw['name'] !== nameOf(file)) {
    found.push({path: ['name'], part: 'value', message: `must be ${nameOf(file)}, as the file`, fields: ['name']});
  }
  complaints.push(...found.map(complaint => describe(complaint, yaml, spelling)));
  if (scenario === undefined || complaints.length > 0) {
    throw new UserError([...new Set(complaints)].join('\n'), {hint});
  }
  return {scenario, yaml, spelling};
}

async function readFile(file: string): Promise<Yaml> {
  try {
    return await readYaml(file, hint);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    const others = await listScenarios(path.dirname(file));
    throw new UserError(`there is no scenario ${shown(file)}${didYouMean(nameOf(file), others)}`, {
      hint: others.length > 0 ? `Scenarios there: ${others.join(', ')}.` : 'There are no scenarios in that directory.',
      cause,
    });
  }
}

/** The names of the scenarios in a folder. */
export async function listScenarios(directory: string): Promise<string[]> {
  try {
    const files = await readdir(directory);
    return files
      .filter(file => file.endsWith('.yaml'))
      .map(nameOf)
      .sort();
  } catch {
    return []; // The directory is missing too, so it has no scenarios to list.
  }
}

function nameOf(file: string): string {
  return path.basename(file, '.yaml');
}

type Overrides = {values: Map<string, unknown>; spelling: Map<string, string>; complaints: string[]};

function readOverrides(overrides: readonly (string | Override)[]): Overrides {
  const read: Overrides = {values: new Map(), spelling: new Map(), complaints: []};
  for (const override of overrides) {
    const one = typeof override === 'string' ? parseSetting(override) : override;
    if (typeof one === 'string') {
      read.complaints.push(one);
    } else {
      read.values.set(one.key, one.value);
      read.spelling.set(one.key, `${one.option}:`);
    }
  }
  return read;
}

/** Reads the `key=value` of a `--set`; the value is YAML. Gives a complaint where it is none. */
function parseSetting(setting: string): Override | string {
  const option = `--set ${setting}`;
  const [, key, text] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
  if (key === undefined) return `${option}: must be key=value`;
  const document = parseDocument(text!, {prettyErrors: false, logLevel: 'error'});
  if (document.errors[0]) return `${option}: ${document.errors[0].message}`;
  try {
    return {key, value: document.toJS(), option};
  } catch (cause) {
    return `${option}: ${asError(cause).message}`; // An alias without its anchor.
  }
}

/** Says where a complaint comes from: an override of a field that it is about, else the file. */
function describe(complaint: Complaint, yaml: Yaml, spelling: ReadonlyMap<string, string>): string {
  const overridden = complaint.fields.map(field => spelling.get(field)).find(text => text !== undefined);
  const within = complaint.path.slice(1).filter(key => typeof key === 'string');
  const message = [...within, complaint.message].join(': ');
  return overridden ? `${overridden} ${message}` : atPlace(complaint, yaml.locate(complaint));
}
