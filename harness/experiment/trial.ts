import {mkdir, readdir} from 'node:fs/promises';
import path from 'node:path';
import {onClock} from '../base/clock.ts';
import {asError, describeError} from '../base/errors.ts';
import type {Emit} from '../base/events.ts';
import {Scope} from '../base/scope.ts';
import type {BootContext} from '../machine/boot.ts';
import type {Login} from '../machine/guest.ts';
import type {Host} from '../machine/host.ts';
import {clockOf} from '../machine/sealed/virtual-clock.ts';
import type {MachineSpec} from '../machine/spec.ts';
import type {Trial} from '../result/schema.ts';
import type {Scenario} from '../scenario/schema.ts';
import {classify} from './classify.ts';
import {qemuErrors} from './complaints.ts';
import {carryOutDirect, isDirect} from './direct.ts';
import {type Findings, measuredTrace, nothingFound} from './findings.ts';
import type {L1} from './l1.ts';
import type {Lab} from './lab.ts';
import {MigrationFailed} from './migrate.ts';
import {carryOutMigration} from './migration-trial.ts';
import type {SavedLab, Snapshot} from './snapshot.ts';
import type {TraceSummary} from './trace.ts';

/** What a trial needs: its place in the run, the machine to boot, and where its logs go. */
export type TrialPlan = {
  readonly index: number;
  readonly seed: number;
  readonly scenario: Scenario;
  readonly l1: MachineSpec;
  readonly deviceOptions: readonly string[];
  readonly login: Login;
  /** Names of the artifacts that its machines are made of. */
  readonly contents: readonly string[];
  /** What the trial starts from; it boots afresh where there is nothing. */
  readonly saved?: SavedLab;
  /** The folder of the run, and the trial's own folder below it. */
  readonly runFolder: string;
  readonly folder: string;
  /** Ends the machines, where they are to outlive the trial. */
  readonly keptBy?: Scope;
};

/** A way to carry out a trial. What it starts ends with the scope; what it learns is in the findings, even if it fails. */
export type Story = (
  scope: Scope,
  plan: TrialPlan,
  host: Host,
  findings: Findings,
  context: BootContext,
) => Promise<void>;

/** How many different errors of QEMUs a trial's warnings show; the logs have them all. */
const warningsPerTrial = 10;

/** A finished trial, what its trace said, and its machines if they got up. */
export type FinishedTrial = {
  readonly trial: Trial;
  readonly trace: TraceSummary | undefined;
  readonly lab: Lab | undefined;
  readonly l1?: L1 | undefined;
  /** What L1 was saved as, where that is what it was booted for. */
  readonly snapshot?: Snapshot | undefined;
};

/** Runs one trial to its end. A trial that fails, or is interrupted, is a finding and not an error. */
export async function runTrial(
  plan: TrialPlan,
  host: Host,
  emit: Emit,
  signal: AbortSignal,
  story: Story = isDirect(plan.scenario) ? carryOutDirect : carryOutMigration,
): Promise<FinishedTrial> {
  const startedAt = new Date().toISOString();
  const phases: Trial['phases'] = [];
  const findings = nothingFound();
  const record: Emit = event => {
    if (event.kind === 'phase-end') phases.push({name: event.phase, ms: Math.round(event.ms)});
    emit(event);
  };
  await mkdir(plan.folder, {recursive: true});
  const failure = await carryOutAndEnd(story, plan, host, findings, record, signal);
  return {
    trial: describe(plan, startedAt, phases, findings, await logsOf(plan), failure),
    trace: measuredTrace(findings),
    lab: findings.lab,
    l1: findings.l1,
    snapshot: findings.snapshot,
  };
}

/** Carries out the trial and ends its machines, unless they are kept. Gives what went wrong. */
async function carryOutAndEnd(
  story: Story,
  plan: TrialPlan,
  host: Host,
  findings: Findings,
  emit: Emit,
  signal: AbortSignal,
): Promise<Error | undefined> {
  if (signal.aborted) return asError(signal.reason); // What is started now might outlive the scope.
  const scope = plan.keptBy ?? new Scope();
  const context: BootContext = {
    logs: plan.folder,
    emit,
    signal,
    onStart: machine => findings.started.push(machine),
  };
  const work = onClock(clockOf(plan.l1.clock), () => story(scope, plan, host, findings, context));
  const failure = await untilAborted(work, signal).then(() => undefined, asError);
  if (plan.keptBy) return failure;
  await scope[Symbol.asyncDispose]().catch(error => {
    findings.warnings.push(`ending the machines: ${describeError(error)}`);
  });
  return failure;
}

/** Settles like `work`, or rejects as soon as the signal aborts: then nothing that `work` waits for matters any more. */
async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  work.catch(() => {}); // What fails after the interrupt is its consequence.
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, {once: true});
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop); // The signal outlives the trial, and many more.
  }
}

function describe(
  plan: TrialPlan,
  startedAt: string,
  phases: Trial['phases'],
  findings: Findings,
  logs: string[],
  failure: Error | undefined,
): Trial {
  const errors = qemuErrors(findings, plan.scenario.course);
  const {outcome, reason} = classify(findings, failure, errors);
  const migration = findings.migration ?? (failure instanceof MigrationFailed ? failure.migration : null);
  const {oracle: _, ...guest} = findings.report ?? {oracle: null};
  return {
    index: plan.index,
    seed: plan.seed,
    startedAt,
    outcome,
    ...(reason ? {reason} : {}),
    startedFrom: plan.saved ? path.basename(plan.saved.folder) : null,
    phases,
    oracle: findings.oracle ?? null,
    migration,
    destination: findings.destination ?? null,
    rounds: [...(measuredTrace(findings)?.rounds ?? [])],
    attempts: findings.attempts.map((one, index) => ({...one, rounds: [...(findings.traces?.[index]?.rounds ?? [])]})),
    guest: findings.report ? (guest as Trial['guest']) : null,
    ...findings.direct,
    logs,
    warnings: [...findings.warnings, ...errors.slice(0, warningsPerTrial)],
  };
}

/** The logs that a trial left, as paths relative to the folder of the run. */
async function logsOf({folder, runFolder}: TrialPlan): Promise<string[]> {
  const relative = path.relative(runFolder, folder);
  return (await readdir(folder)).sort().map(name => `${relative}/${name}`);
}
