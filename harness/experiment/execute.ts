import {randomBytes} from 'node:crypto';
import {createWriteStream} from 'node:fs';
import {copyFile, mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {command} from '../base/command.ts';
import {UserError} from '../base/errors.ts';
import {type Emit, phase} from '../base/events.ts';
import {Scope} from '../base/scope.ts';
import {distributionsQemu, type Emulator, ensureEmulator} from '../build/emulator.ts';
import {forgetPackages} from '../build/sources.ts';
import {partialFolder, type Store} from '../build/store.ts';
import {chooseAccelerator, type Probe, probeKvm} from '../machine/accelerator.ts';
import {makeKeys} from '../machine/keys.ts';
import {LocalHost} from '../machine/local-host.ts';
import type {Accelerator, ClockKind} from '../machine/spec.ts';
import {cellOf} from '../result/cell.ts';
import type {EarlierRun} from '../result/earlier.ts';
import {makeResultsFolder} from '../result/write.ts';
import type {SweptScenario} from '../scenario/cells.ts';
import type {Series} from '../scenario/series.ts';
import {nameIn} from './arm.ts';
import {type Artifacts, ensureArtifacts, type UserTrees} from './artifacts.ts';
import {howToGetIn} from './keep.ts';
import {l1Spec} from './machines.ts';
import {collectRunFacts} from './provenance.ts';
import {earlierOf, indicesOf} from './result-of.ts';
import {carryOutRun, type FinishedArm} from './run.ts';

/** What the user asked for. */
export type RunRequest = SweptScenario & {
  readonly repository: string;
  readonly cache: string;
  readonly resultsFolder: string;
  readonly series: readonly Series[];
  readonly trees: UserTrees;
  /** What L1 runs under; `auto`: KVM where a probe guest boots under it. */
  readonly accel: Accelerator | 'auto';
  readonly clock: ClockKind;
  readonly refreshSources: boolean;
  readonly keep: boolean;
  /** Whether each trial boots, where it would start from a saved L1; or starts from one, where it would boot. */
  readonly boot: boolean;
  readonly fork: boolean;
  /** The run that this one goes on with; its trials count among those to do. */
  readonly earlier?: EarlierRun;
};

/**
 * Whether trials with L2 start from a saved L1. Under the wall clock that shows in their times, so there it must be asked
 * for. It lets in only who saved it, so trials that are to be kept boot.
 */
export function startsFromSaved({clock, boot, fork, keep}: Pick<RunRequest, 'clock' | 'boot' | 'fork' | 'keep'>) {
  return (clock === 'virtual' || fork) && !boot && !keep;
}

/** Which trials each arm of a request has done already, by cell. */
export function trialsDone({
  cells,
  series,
  earlier,
}: Pick<RunRequest, 'cells' | 'series' | 'earlier'>): Set<number>[][] {
  return cells.map(cell => series.map(({name}) => indicesOf(earlierOf(earlier, name, cell))));
}

/** A run that came to its end. */
export type FinishedRun = {
  readonly folder: string;
  /** Cell by cell, in each of which the arms stand in the order of the scenario. */
  readonly arms: readonly FinishedArm[];
  readonly longestPhase: LongestPhase;
};

/** The phase of a run, builds included, that took the longest. */
export type LongestPhase = {readonly name: string; readonly ms: number};

/** Builds what is missing, runs all trials, and leaves everything in a new folder of results. */
export async function executeRun(request: RunRequest, show: Emit, signal: AbortSignal): Promise<FinishedRun> {
  await using scope = new Scope();
  const {sweep, cells, repository, earlier} = request;
  const {scenario} = cells[0];
  const startedAt = new Date();
  const folder = earlier?.folder ?? (await makeRunFolder(request, startedAt));
  let longestPhase: LongestPhase = {name: 'none', ms: 0};
  const emit = keepEvents(scope, path.join(folder, 'events.jsonl'), event => {
    if (event.kind === 'phase-end' && event.ms > longestPhase.ms) longestPhase = {name: event.phase, ms: event.ms};
    show(event);
  });
  if (!earlier) {
    await copyFile(path.join(repository, 'scenarios', `${scenario.name}.yaml`), path.join(folder, 'scenario.yaml'));
  }
  const store = {root: request.cache, emit, signal};
  if (request.refreshSources) await forgetPackages(store);
  const artifacts = await ensureArtifacts(store, repository, request.series, request.trees, scenario.debugKernel, emit);

  const host = new LocalHost(await temporaryFolder(scope, os.tmpdir(), 'harness-'));
  // With the store's half-made folders, since what a killed run leaves there is swept up.
  const workFolder = await temporaryFolder(scope, partialFolder(store.root), 'run-');
  const {accelerator, probe} = await findAccelerator(request, artifacts, host, {logs: folder, emit, signal});
  emit({kind: 'note', message: `L1 runs under ${accelerator.toUpperCase()}: ${probe.reason}`});

  const emulator = await l0Qemu(accelerator, store, artifacts, repository);
  const keys = await makeKeys(artifacts.toolchain, workFolder);
  const arms = await carryOutRun({
    folder,
    workFolder,
    startedAt: startedAt.toISOString(),
    sweep,
    cells,
    artifacts,
    keys,
    host,
    accelerator,
    emulator,
    clock: request.clock,
    probe,
    facts: await collectRunFacts(repository, emulator.version),
    emit,
    signal,
    ...(request.keep ? {keptBy: scope} : {}),
    ...(startsFromSaved(request) ? {savedIn: store} : {}),
    earlier,
  });
  if (request.keep) await waitWithMachines(arms, keys.identityFile, emit, signal);
  return {folder, arms, longestPhase};
}

/** A new private folder that goes with the scope. */
async function temporaryFolder(scope: Scope, parent: string, prefix: string): Promise<string> {
  const folder = await mkdtemp(path.join(parent, prefix));
  scope.defer(`remove ${folder}`, () => rm(folder, {recursive: true, force: true}));
  return folder;
}

/** Tells how to get into the machines of all trials, and waits until the user has seen enough. */
async function waitWithMachines(
  arms: readonly FinishedArm[],
  identityFile: string,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  for (const {result, trials} of arms) {
    for (const {lab, l1, trial} of trials) {
      const port = lab?.l1Port ?? l1?.port ?? null;
      if (port === null) continue;
      const name = `${nameIn(result.series, cellOf(result))}, trial ${trial.index + 1}`;
      emit({kind: 'note', message: howToGetIn(name, {l1Port: port, hasL2: lab !== undefined}, identityFile)});
    }
  }
  emit({kind: 'note', message: 'the machines stay up until you press Ctrl-C'});
  await new Promise(resolve => signal.addEventListener('abort', resolve, {once: true}));
}

/** results/<utc>-<scenario>-<id>/, new and empty. */
async function makeRunFolder({resultsFolder, cells}: RunRequest, startedAt: Date): Promise<string> {
  const {name} = cells[0].scenario;
  const utc = startedAt.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  const folder = path.join(resultsFolder, `${utc}-${name}-${randomBytes(3).toString('hex')}`);
  await makeResultsFolder(folder);
  return folder;
}

/** Writes every event to a file as it happens, and shows it too. */
function keepEvents(scope: Scope, file: string, show: Emit): Emit {
  const stream = createWriteStream(file, {flags: 'a'});
  scope.defer('close events.jsonl', () => new Promise(resolve => stream.end(resolve)));
  return event => {
    stream.write(`${JSON.stringify({at: new Date().toISOString(), ...event})}\n`);
    show(event);
  };
}

async function findAccelerator(
  request: RunRequest,
  artifacts: Artifacts,
  host: LocalHost,
  context: Parameters<typeof probeKvm>[2],
): Promise<{accelerator: Accelerator; probe: Probe}> {
  if (request.accel === 'tcg') {
    return {accelerator: 'tcg', probe: {kvm: false, nested: null, reason: 'asked for with --accel tcg'}};
  }
  const kernel = path.join(artifacts.guestKernel.folder, 'bzImage');
  const spec = l1Spec(request.cells[0].scenario, 'kvm', kernel, artifacts.l1Image, distributionsQemu);
  const probe = await phase(context.emit, 'probe KVM', () => probeKvm(host, spec, context));
  if (request.accel === 'kvm' && !probe.kvm) {
    throw new UserError(`--accel kvm: ${probe.reason}`, {hint: 'Without it L1 runs under TCG here.'});
  }
  return {accelerator: await chooseAccelerator(probe), probe};
}

/** The QEMU that runs L1, and its version: under KVM that of the distribution, under TCG our own, made if need be. */
async function l0Qemu(
  accelerator: Accelerator,
  store: Store,
  {toolchain}: Artifacts,
  repository: string,
): Promise<Emulator & {readonly version: string}> {
  if (accelerator === 'tcg') return ensureEmulator(store, toolchain, repository);
  const said = await command('qemu-system-x86_64 --version', [distributionsQemu.qemu, '--version']);
  return {...distributionsQemu, version: said.split('\n')[0]!};
}
