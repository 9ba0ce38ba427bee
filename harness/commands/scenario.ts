import path from 'node:path';
import {startsForked} from '../analysis/start.ts';
import {type ExitCode, exitCode, UserError} from '../base/errors.ts';
import {cacheRoot} from '../build/store.ts';
import {requireTree} from '../build/tree.ts';
import {fileNameOf} from '../experiment/arm.ts';
import {executeRun, type RunRequest} from '../experiment/execute.ts';
import {placeOf, readNoiseFloor} from '../result/noise-floor.ts';
import {impliedByVirtual} from '../scenario/implied.ts';
import type {KernelBase} from '../scenario/kernel-base.ts';
import {type Override, readSweep} from '../scenario/read.ts';
import type {Scenario} from '../scenario/schema.ts';
import {readSeries} from '../scenario/series.ts';
import {requireArm} from '../scenario/series-folders.ts';
import {keepSupported} from '../scenario/supported.ts';
import {againstItself, compareWithItself} from './aa.ts';
import type {Context} from './context.ts';
import {type Continuation, readContinuation} from './continue.ts';
import {describePlan} from './dry-run.ts';
import {overridesOf, type ScenarioChanges} from './overrides.ts';
import {runSummary, runText, selfText} from './scenario-summary.ts';

/** The flags of `scenario`, as commander hands them over. */
export type ScenarioOptions = ScenarioChanges & {
  readonly base: KernelBase;
  readonly linux?: string;
  readonly qemu?: string;
  readonly out: string;
  readonly accel: RunRequest['accel'];
  readonly clock?: RunRequest['clock'];
  readonly refreshSources?: boolean;
  readonly json?: boolean;
  readonly aa?: boolean;
  readonly continue?: string;
  readonly dryRun?: boolean;
  readonly keep?: boolean;
  readonly boot?: boolean;
  readonly fork?: boolean;
};

/** Runs all cells of a scenario under every series, and shows how the series compare in each. */
export async function scenarioCommand(name: string, options: ScenarioOptions, context: Context): Promise<ExitCode> {
  const asked = await readRequest(name, options, context);
  const request = options.aa ? againstItself(asked) : asked;
  if (options.dryRun) {
    const plan = await describePlan(request);
    context.out(options.json ? `${JSON.stringify({plan}, undefined, 2)}\n` : `${plan.join('\n')}\n`);
    return exitCode.done;
  }
  const run = await executeRun(request, context.emit, context.signal);
  const {arms} = run;
  const isAsExpected = arms.every(({result}) => result.asExpected);
  const results = path.dirname(run.folder);
  const self = options.aa && isAsExpected ? await compareWithItself(arms[0]!.result, results) : undefined;
  const noise = await readNoiseFloor(results, placeOf(arms[0]!.result));
  if (options.json) context.out(`${JSON.stringify(runSummary(run, self), undefined, 2)}\n`);
  else context.out(self ? selfText(run, self) : runText(run, noise));
  return isAsExpected ? exitCode.done : exitCode.unexpected;
}

async function readRequest(name: string, options: ScenarioOptions, context: Context): Promise<RunRequest> {
  const {repository} = context;
  const file = path.relative(process.cwd(), path.join(repository, 'scenarios', `${name}.yaml`));
  const overrides = [...clockOverrides(options), ...overridesOf(options)];
  const named = await readSweep(file, overrides, (one, where) => requireArm(repository, one, where));
  const [{scenario: first}] = named.cells;
  const going = options.continue === undefined ? undefined : await readGoing(options.continue, first, options);
  const {sweep, cells} = going?.scenario ?? named;
  const [{scenario}] = cells;
  const clock = options.clock ?? going?.earlier.results[0]?.clock ?? 'wall';
  requireVirtual(clock, options);
  const isForked = going?.earlier.results.some(startsForked);
  if (clock === 'wall' && isForked !== undefined) requireStart(isForked, options);
  const all = await Promise.all(scenario.series.map(one => readSeries(repository, one, options.base)));
  const {series, notes} = keepSupported(all, scenario.name, overrides.some(namesSeries));
  for (const message of notes) context.emit({kind: 'note', message});
  requireOwnFiles(series.map(one => one.name));
  // Else it would come out only after the build root and the packaged sources were made.
  const {linux, qemu} = options;
  if (linux !== undefined) await requireTree('linux', linux);
  if (qemu !== undefined) await requireTree('qemu', qemu);
  return {
    repository,
    cache: cacheRoot(),
    resultsFolder: path.resolve(options.out),
    sweep,
    cells,
    series,
    trees: {base: options.base, ...(linux === undefined ? {} : {linux}), ...(qemu === undefined ? {} : {qemu})},
    accel: clock === 'virtual' ? 'tcg' : options.accel,
    clock,
    refreshSources: options.refreshSources ?? false,
    keep: options.keep ?? false,
    boot: options.boot ?? false,
    fork: options.fork ?? isForked ?? false,
    ...(going ? {earlier: going.earlier} : {}),
  };
}

/**
 * What is otherwise under the virtual clock, unless the user says so: L1 has one processor, since QEMU runs several in
 * turn, and the switch-over does not depend on a bandwidth that is measured anew each time.
 */
function clockOverrides({clock}: ScenarioOptions): Override[] {
  if (clock !== 'virtual') return [];
  return Object.entries(impliedByVirtual).map(([key, value]) => ({key, value, option: '--clock virtual'}));
}

/** Refuses what does not go with a virtual clock: only TCG counts instructions, and a sealed L1 lets nobody in. */
function requireVirtual(clock: RunRequest['clock'], {accel, keep}: ScenarioOptions): void {
  if (clock === 'wall') return;
  if (accel === 'kvm') {
    throw new UserError('--clock virtual does not go with --accel kvm: only TCG counts instructions', {
      hint: 'Leave one of them out.',
    });
  }
  if (keep) {
    throw new UserError('--clock virtual does not go with --keep: nobody can log in to a sealed L1', {
      hint: 'Use --keep with the wall clock.',
    });
  }
}

/** Refuses trials that start otherwise than those of the run that goes on. */
function requireStart(isForked: boolean, {boot = false, fork = false, keep = false}: ScenarioOptions): void {
  if (isForked ? !boot && !keep : !fork) return;
  throw new UserError(`the run cannot go on: its trials ${isForked ? 'started from a saved L1' : 'booted'}`, {
    hint: `Leave ${isForked ? '--boot and --keep' : '--fork'} out, or start a new run, without --continue.`,
    exitCode: exitCode.notComparable,
  });
}

/** The run that goes on, as it was begun: only how many trials come on top can be said. */
async function readGoing(folder: string, {name, repeat}: Scenario, options: ScenarioOptions): Promise<Continuation> {
  const other = [
    ...options.set.map(setting => `--set ${setting}`),
    ...(options.series === undefined ? [] : ['--series']),
    ...(options.aa ? ['--aa'] : []),
  ];
  if (other.length > 0) {
    throw new UserError(`--continue goes on with a run as it was begun, and does not go with ${other.join(', ')}`, {
      hint: 'Only --repeat says how many trials come on top.',
    });
  }
  return readContinuation(folder, name, repeat);
}

/** Whether an option says which series to run, in place of those the scenario lists. */
function namesSeries(override: string | Override): boolean {
  return typeof override === 'string' ? override.startsWith('series=') : override.key === 'series';
}

/** Each series has a file of its own in the folder of the run, named after it. */
function requireOwnFiles(series: readonly string[]): void {
  const files = series.map(one => fileNameOf(one));
  const twice = series.find((_, index) => files.indexOf(files[index]!) !== index);
  if (twice === undefined) return;
  throw new UserError(`series ${twice} would write the same file as another: ${fileNameOf(twice)}.json`, {
    hint: 'Run them one after the other, or rename one of the folders.',
  });
}
