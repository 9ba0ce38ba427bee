import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {parseDocument} from 'yaml';
import {UserError} from '../base/errors.ts';
import {atPlace, type Complaint, toComplaints} from './complaints.ts';
import {didYouMean} from './nearest.ts';
import {type Scenario, scenarioSchema} from './schema.ts';
import {readYaml, shown, type Yaml} from './yaml.ts';

const hint = 'The fields are described in scenarios/README.md.';

/** Reads a scenario file and lays `key=value` overrides over it. Whatever is wrong is said at once. */
export async function readScenario(file: string, overrides: readonly string[]): Promise<Scenario> {
  const yaml = await readFile(file);
  const {values, spelling, complaints} = readOverrides(overrides);
  const raw: Record<string, unknown> = {...(yaml.value as object), ...values};
  const parsed = scenarioSchema.safeParse(raw, {reportInput: true});
  const found = parsed.success ? [] : toComplaints(parsed.error, Object.keys(scenarioSchema.shape));
  if (typeof raw['name'] === 'string' && raw['name'] !== nameOf(file)) {
    found.push({path: ['name'], part: 'value', message: `must be ${nameOf(file)}, as the file`, fields: ['name']});
  }
  complaints.push(...found.map(complaint => describe(complaint, yaml, spelling)));
  if (!parsed.success || complaints.length > 0) throw new UserError(complaints.join('\n'), {hint});
  return parsed.data;
}

async function readFile(file: string): Promise<Yaml> {
  try {
    return await readYaml(file, hint);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    const others = await scenariosIn(path.dirname(file));
    throw new UserError(`there is no scenario ${shown(file)}${didYouMean(nameOf(file), others)}`, {
      hint: others.length > 0 ? `Scenarios there: ${others.join(', ')}.` : 'There are no scenarios in that directory.',
      cause,
    });
  }
}

async function scenariosIn(directory: string): Promise<string[]> {
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

type Overrides = {values: Record<string, unknown>; spelling: Map<string, string>; complaints: string[]};

function readOverrides(overrides: readonly string[]): Overrides {
  const read: Overrides = {values: {}, spelling: new Map(), complaints: []};
  for (const override of overrides) {
    const [, key, text] = /^([^=]+)=(.*)$/s.exec(override) ?? [];
    const document = parseDocument(text ?? '', {prettyErrors: false, logLevel: 'error'});
    if (key === undefined) read.complaints.push(`--set ${override}: must be key=value`);
    else if (document.errors[0]) read.complaints.push(`--set ${override}: ${document.errors[0].message}`);
    else {
      read.values[key] = document.toJS();
      read.spelling.set(key, `--set ${override}:`);
    }
  }
  return read;
}

/** Says where a complaint comes from: an override of a field that it is about, else the file. */
function describe(complaint: Complaint, yaml: Yaml, spelling: ReadonlyMap<string, string>): string {
  const overridden = complaint.fields.map(field => spelling.get(field)).find(text => text !== undefined);
  return overridden ? `${overridden} ${complaint.message}` : atPlace(complaint, yaml.locate(complaint));
}
