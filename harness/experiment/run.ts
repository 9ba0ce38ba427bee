import path from 'node:path';
import type {Emit} from '../base/events.ts';
import type {Scope} from '../base/scope.ts';
import type {Probe} from '../machine/accelerator.ts';
import type {RunKeys} from '../machine/keys.ts';
import type {LocalHost} from '../machine/local-host.ts';
import type {Accelerator} from '../machine/spec.ts';
import {orderTrials, type PlannedTrial} from '../plan/order.ts';
import type {EarlierRun} from '../result/earlier.ts';
import {type Result, resultVersion, worstOutcome} from '../result/schema.ts';
import {joinMetrics} from '../result/trials.ts';
import {writeResult} from '../result/write.ts';
import type {Scenario} from '../scenario/schema.ts';
import {expectationOf} from '../scenario/series.ts';
import {type Arm, fileNameOf} from './arm.ts';
import type {Artifacts} from './artifacts.ts';
import {freeFolder} from './free-folder.ts';
import {l1Spec} from './machines.ts';
import {measureArm} from './measure.ts';
import {packL1, packL2} from './payload.ts';
import {provenanceOf, type RunFacts} from './provenance.ts';
import {runWithSecondChance} from './second-chance.ts';
import type {FinishedTrial, TrialPlan} from './trial.ts';

/** All that a run is made of. */
export type Run = {
  /** The folder of the run, and a private one for keys, archives and sockets. */
  readonly folder: string;
  readonly workFolder: string;
  readonly startedAt: string;
  readonly scenario: Scenario;
  readonly artifacts: Artifacts;
  readonly keys: RunKeys;
  readonly host: LocalHost;
  readonly accelerator: Accelerator;
  readonly probe: Probe;
  readonly facts: RunFacts;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** The run that this one goes on with. */
  readonly earlier: EarlierRun | undefined;
  /** Ends the machines of all trials, where they are to stay up. */
  readonly keptBy?: Scope;
};

/** A finished arm: its result, and the file that holds it. */
export type FinishedArm = {readonly file: string; readonly result: Result; readonly trials: readonly FinishedTrial[]};

/** Carries out all trials. Each arm's file is written anew after each of its trials. */
export async function carryOutRun(run: Run): Promise<FinishedArm[]> {
  const {arms} = run.artifacts;
  const l2Initrd = await packL2({...run.artifacts, keys: run.keys}, run.workFolder);
  const initrds = new Map<Arm, string>();
  for (const arm of arms) {
    const name = `l1-${fileNameOf(arm.series.name)}`;
    initrds.set(arm, await packL1({...run.artifacts, keys: run.keys}, arm, l2Initrd, run.workFolder, name));
  }
  for (const arm of arms) {
    const earlier = earlierOf(run, arm);
    if (earlier) run.earlier?.check(earlier, resultOf(run, arm, []));
  }
  const finished = arms.map((): FinishedTrial[] => []);
  const done = arms.map(arm => earlierOf(run, arm)?.trials.length ?? 0);
  const files = arms.map(arm => path.join(run.folder, `${fileNameOf(arm.series.name)}.json`));
  for (const planned of orderTrials(done, run.scenario.repeat)) {
    const arm = arms[planned.arm]!;
    run.emit({kind: 'note', message: `${arm.series.name}, trial ${planned.index + 1} of ${run.scenario.repeat}`});
    const plan = trialPlan(run, arm, planned, initrds.get(arm)!);
    const free = {...plan, folder: await freeFolder(plan.folder)};
    const trial = await runWithSecondChance(free, run.host, run.emit, run.signal);
    finished[planned.arm]!.push(trial);
    await writeResult(files[planned.arm]!, resultOf(run, arm, finished[planned.arm]!));
    run.signal.throwIfAborted();
  }
  return arms.map((arm, index) => ({
    file: files[index]!,
    result: resultOf(run, arm, finished[index]!),
    trials: finished[index]!,
  }));
}

function earlierOf({earlier}: Run, arm: Arm): Result | undefined {
  return earlier?.results.find(result => result.series === arm.series.name);
}

function trialPlan(run: Run, arm: Arm, planned: PlannedTrial, initrd: string): TrialPlan {
  const {scenario} = run;
  const number = String(planned.index + 1).padStart(3, '0');
  return {
    index: planned.index,
    seed: scenario.seed + planned.index,
    scenario,
    l1: l1Spec(scenario, run.accelerator, path.join(arm.kernel.folder, 'bzImage'), initrd),
    deviceOptions: arm.series.deviceOptions,
    login: run.keys,
    runFolder: run.folder,
    folder: path.join(run.folder, 'trials', `${fileNameOf(arm.series.name)}-${number}`),
    ...(run.keptBy ? {keptBy: run.keptBy} : {}),
  };
}

function resultOf(run: Run, arm: Arm, finished: readonly FinishedTrial[]): Result {
  const earlier = earlierOf(run, arm);
  const trials = [...(earlier?.trials ?? []), ...finished.map(({trial}) => trial)];
  const metrics = measureArm(finished);
  const outcome = worstOutcome(trials.map(trial => trial.outcome));
  const expected = expectationOf(arm.series, run.scenario.name);
  return {
    schemaVersion: resultVersion,
    run: path.basename(run.folder),
    startedAt: earlier?.startedAt ?? run.startedAt,
    finishedAt: new Date().toISOString(),
    series: arm.series.name,
    scenario: run.scenario,
    accelerator: run.accelerator,
    clock: 'wall',
    outcome,
    expected,
    asExpected: trials.every(trial => expected.outcomes.includes(trial.outcome)),
    provenance: provenanceOf(run.facts, run.artifacts, arm, run.probe),
    trials,
    metrics: earlier ? joinMetrics(earlier, metrics, finished.length) : metrics,
    warnings: [...new Set(trials.flatMap(trial => trial.warnings))],
  };
}
