import path from 'node:path';
import type {Emit} from '../base/events.ts';
import type {Scope} from '../base/scope.ts';
import {cores} from '../build/cores.ts';
import type {Emulator} from '../build/emulator.ts';
import type {Store} from '../build/store.ts';
import type {Probe} from '../machine/accelerator.ts';
import type {Host} from '../machine/host.ts';
import type {RunKeys} from '../machine/keys.ts';
import type {Accelerator, ClockKind} from '../machine/spec.ts';
import {orderTrials} from '../plan/order.ts';
import type {EarlierRun} from '../result/earlier.ts';
import type {Result} from '../result/schema.ts';
import {writeResult} from '../result/write.ts';
import type {Cell, SweptScenario} from '../scenario/cells.ts';
import {type Arm, fileNameOf, nameIn} from './arm.ts';
import type {Artifacts} from './artifacts.ts';
import {startingFromSaved} from './fork.ts';
import {freeFolder} from './free-folder.ts';
import {inLanes, oneAtATime} from './lanes.ts';
import {l1Spec} from './machines.ts';
import {packL1, packL2} from './payload.ts';
import type {RunFacts} from './provenance.ts';
import {earlierOf, indicesOf, resultOf} from './result-of.ts';
import {runWithSecondChance} from './second-chance.ts';
import type {FinishedTrial, TrialPlan} from './trial.ts';

/** All that a run is made of. */
export type Run = SweptScenario & {
  /** The folder of the run, and a private one for keys, archives and sockets. */
  readonly folder: string;
  readonly workFolder: string;
  readonly startedAt: string;
  readonly artifacts: Artifacts;
  readonly keys: RunKeys;
  readonly host: Host;
  readonly accelerator: Accelerator;
  /** The QEMU that runs L1. */
  readonly emulator: Emulator;
  readonly clock: ClockKind;
  /** Where saved L1s are kept for trials to start from; without it each trial boots. */
  readonly savedIn?: Store;
  readonly probe: Probe;
  readonly facts: RunFacts;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** The run that this one goes on with. */
  readonly earlier: EarlierRun | undefined;
  /** Ends the machines of all trials, where they are to stay up. */
  readonly keptBy?: Scope;
};

/** A finished arm in a cell: its result, and the file that holds it. */
export type FinishedArm = {readonly file: string; readonly result: Result; readonly trials: readonly FinishedTrial[]};

/** An arm in a cell while the run goes on. */
type ArmInCell = {readonly cell: Cell; readonly arm: Arm; readonly file: string; readonly finished: FinishedTrial[]};

/** Carries out all trials. Each arm's file of a cell is written anew after each of its trials. */
export async function carryOutRun(run: Run): Promise<FinishedArm[]> {
  const l2Initrd = await packL2({...run.artifacts, keys: run.keys}, run.workFolder);
  const initrds = new Map<Arm, string>();
  for (const arm of run.artifacts.arms) {
    const name = `l1-${fileNameOf(arm.series.name)}`;
    initrds.set(arm, await packL1({...run.artifacts, keys: run.keys}, arm, l2Initrd, run.workFolder, name));
  }
  return carryOutTrials(run, initrds, run.savedIn ? startingFromSaved(run.savedIn) : runWithSecondChance);
}

/** Carries out all trials, each by `runTrial`, on an L1 with the initramfs of its arm. Gives the arms cell by cell. */
export async function carryOutTrials(
  run: Run,
  initrds: ReadonlyMap<Arm, string>,
  runTrial: typeof runWithSecondChance,
): Promise<FinishedArm[]> {
  const cells = run.cells.map(cell => run.artifacts.arms.map(arm => begin(run, cell, arm)));
  const done = cells.map(arms => arms.map(({cell, arm}) => indicesOf(earlierOf(run.earlier, arm.series.name, cell))));
  const {repeat} = run.cells[0].scenario;
  const inTurn = oneAtATime();
  await inLanes(lanesOf(run), orderTrials(done, repeat), async planned => {
    const {cell, arm, file, finished} = cells[planned.cell]![planned.arm]!;
    const name = nameIn(arm.series.name, cell.values);
    run.emit({kind: 'note', message: `${name}, trial ${planned.index + 1} of ${repeat}`});
    const plan = trialPlan(run, cell, arm, planned.index, initrds.get(arm)!);
    const free = {...plan, folder: await freeFolder(plan.folder)};
    const emit = lanesOf(run) > 1 ? emitOf(run.emit, `${name} ${planned.index + 1}`) : run.emit;
    finished.push(await runTrial(free, run.host, emit, run.signal));
    finished.sort((a, b) => a.trial.index - b.trial.index);
    await inTurn(() => writeResult(file, resultOf(run, cell, arm, finished)));
    run.signal.throwIfAborted();
  });
  return cells.flat().map(({cell, arm, file, finished}) => ({
    file,
    result: resultOf(run, cell, arm, finished),
    trials: finished,
  }));
}

/** How many trials run at a time: under the virtual clock they do not disturb one another. */
function lanesOf({clock}: Run): number {
  return clock === 'virtual' ? cores() : 1;
}

/** Says of which trial each event is, where several run. */
function emitOf(emit: Emit, trial: string): Emit {
  return event => emit({...event, trial});
}

/** Refuses trials that cannot join those of the run that goes on. */
function begin(run: Run, cell: Cell, arm: Arm): ArmInCell {
  const {name} = arm.series;
  const earlier = earlierOf(run.earlier, name, cell);
  if (earlier) run.earlier?.check(earlier, resultOf(run, cell, arm, []));
  return {cell, arm, file: path.join(run.folder, `${fileNameOf(name, cell.values)}.json`), finished: []};
}

/** The artifacts that a trial's machines are made of. */
function contentsOf(run: Run, {kernel, qemu}: Arm): string[] {
  const {guestKernel, l1Image, l2Image} = run.artifacts;
  const made = [kernel.folder, qemu.folder, l1Image, l2Image, guestKernel.folder];
  return [emulatorOf(run), ...made.map(one => path.basename(one))];
}

/** Our own QEMU is an artifact. That of the distribution changes under its name, and under KVM it shows its processor. */
function emulatorOf({emulator, accelerator, facts: {l0Qemu, host}}: Run): string {
  return accelerator === 'kvm' ? `${l0Qemu} on ${host.cpu}` : path.basename(path.dirname(emulator.qemu));
}

function trialPlan(run: Run, {values, scenario}: Cell, arm: Arm, index: number, initrd: string): TrialPlan {
  const number = String(index + 1).padStart(3, '0');
  return {
    index,
    seed: scenario.seed + index,
    scenario,
    l1: l1Spec(scenario, run.accelerator, path.join(arm.kernel.folder, 'bzImage'), initrd, run.emulator, run.clock),
    deviceOptions: arm.series.deviceOptions,
    login: run.keys,
    contents: contentsOf(run, arm),
    runFolder: run.folder,
    folder: path.join(run.folder, 'trials', `${fileNameOf(arm.series.name, values)}-${number}`),
    ...(run.keptBy ? {keptBy: run.keptBy} : {}),
  };
}
