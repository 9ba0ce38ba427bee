import path from 'node:path';
import {UserError} from '../base/errors.ts';
import type {Expectation, Outcome} from '../result/schema.ts';
import {atPlace, type Complaint, toComplaints} from './complaints.ts';
import {defaultBase, type KernelBase} from './kernel-base.ts';
import {didYouMean} from './nearest.ts';
import {listScenarios} from './read.ts';
import {readLayer, requireArm, requireSeries, type SeriesLayer, seriesFile} from './series-folders.ts';
import {commonFolder, emulatorFolder, type SeriesFile, seriesSchema} from './series-schema.ts';
import {readYaml, type Yaml} from './yaml.ts';

/** A series as it is built: itself and all that goes under it. */
export type Series = {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  /** What to apply: `common` first, then what the series stands on, then the series. Nothing goes below `emulator`. */
  readonly stack: readonly SeriesLayer[];
  readonly expect: Expectation;
  /** How it ends under some scenarios, where that is not what `expect` says. */
  readonly expectIn: SeriesFile['expectIn'];
  /** The scenarios that it is not run under. */
  readonly unsupported: SeriesFile['unsupported'];
  readonly deviceOptions: readonly string[];
  readonly kernelConfig: readonly string[];
};

const hint = 'The fields of a series.yaml are described in kernel-patches/README.md.';
const fieldNames = [...Object.keys(seriesSchema.shape), 'outcomes', 'reason', 'scenario', 'scenarios'];

/** Reads a series of the repository at `root` with everything it stands on, and the patches that are for `base`. */
export async function readSeries(root: string, name: string, base: KernelBase = defaultBase): Promise<Series> {
  await requireSeries(root, name, '');
  const parts = await resolveStack(root, name, []);
  const {title, description, expect, expectIn, unsupported} = parts.at(-1)!.values;
  const under = name === emulatorFolder ? [] : [commonFolder];
  return {
    name,
    title,
    ...(description !== undefined && {description}),
    stack: await Promise.all([...under, ...parts.map(part => part.name)].map(part => readLayer(root, part, base))),
    expect,
    expectIn,
    unsupported,
    deviceOptions: parts.flatMap(part => part.values.deviceOptions),
    kernelConfig: parts.flatMap(part => part.values.kernelConfig),
  };
}

/** How a run of a series under a scenario is expected to end. */
export function expectationOf({expect, expectIn}: Series, scenario: string): Expectation {
  const special = expectIn.find(({scenarios}) => scenarios.includes(scenario));
  if (special === undefined) return expect;
  const outcomes: readonly Outcome[] = special.outcomes;
  return {outcomes: [...outcomes], ...(special.reason === undefined ? {} : {reason: special.reason})};
}

type Part = {readonly name: string; readonly values: SeriesFile};

/** Gives a series and all it stands on, the lowest first and each once. `above` leads here from the asked-for series. */
async function resolveStack(root: string, name: string, above: readonly string[]): Promise<Part[]> {
  const {yaml, values} = await readSeriesFile(root, name);
  const parts = new Map<string, Part>();
  for (const [index, below] of values.on.entries()) {
    const place = `${yaml.locate({path: ['on', index], part: 'value'})} on: `;
    const way = [...above, name];
    if (way.includes(below)) {
      throw new UserError(`${place}${[...way, below].join(' → ')} goes in a circle`, {
        hint: 'A series cannot stand on itself.',
      });
    }
    await requireArm(root, below, place);
    for (const part of await resolveStack(root, below, way)) parts.set(part.name, part);
  }
  return [...parts.values(), {name, values}];
}

async function readSeriesFile(root: string, name: string): Promise<{yaml: Yaml; values: SeriesFile}> {
  const yaml = await readYaml(seriesFile(root, name), hint);
  const parsed = seriesSchema.safeParse(yaml.value, {reportInput: true});
  const complaints = parsed.success
    ? unknownScenarios(parsed.data, await listScenarios(path.join(root, 'scenarios')))
    : toComplaints(parsed.error, fieldNames);
  if (parsed.success && complaints.length === 0) return {yaml, values: parsed.data};
  throw new UserError(complaints.map(complaint => atPlace(complaint, yaml.locate(complaint))).join('\n'), {hint});
}

/** Complains of each scenario that a series names and that is none of the known ones. */
function unknownScenarios({expectIn, unsupported}: SeriesFile, known: readonly string[]): Complaint[] {
  const complaints = (field: keyof SeriesFile, rest: readonly PropertyKey[], name: string): Complaint[] => {
    if (known.includes(name)) return [];
    const message = `there is no scenario ${JSON.stringify(name)}${didYouMean(name, known)}`;
    return [{path: [field, ...rest], part: 'value', message, fields: [field]}];
  };
  return [
    ...expectIn.flatMap(({scenarios}, at) =>
      scenarios.flatMap((name, index) => complaints('expectIn', [at, 'scenarios', index], name)),
    ),
    ...unsupported.flatMap(({scenario}, at) => complaints('unsupported', [at, 'scenario'], scenario)),
  ];
}
