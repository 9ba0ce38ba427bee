import {mkdir, readdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {gzipSync} from 'node:zlib';
import {Deadline, pause} from '../base/deadline.ts';
import {asError, describeError} from '../base/errors.ts';
import {type Emit, phase} from '../base/events.ts';
import {Scope} from '../base/scope.ts';
import {whileAlive} from '../machine/boot.ts';
import type {Login} from '../machine/guest.ts';
import type {Host} from '../machine/host.ts';
import type {MachineSpec} from '../machine/spec.ts';
import type {Migration, Trial} from '../result/schema.ts';
import type {Scenario} from '../scenario/schema.ts';
import {classify} from './classify.ts';
import {type Lab, openLab} from './lab.ts';
import {MigrationFailed, migrate, prepareMigration} from './migrate.ts';
import {summarizeTrace, type TraceSummary} from './trace.ts';
import {readTrace, startTrace, stopTrace} from './tracing.ts';
import {Workload, type WorkloadReport, workloadArgv} from './workload.ts';

/** What a trial needs: its place in the run, the machine to boot, and where its logs go. */
export type TrialPlan = {
  readonly index: number;
  readonly seed: number;
  readonly scenario: Scenario;
  readonly l1: MachineSpec;
  readonly deviceOptions: readonly string[];
  readonly login: Login;
  /** The folder of the run, and the trial's own folder below it. */
  readonly runFolder: string;
  readonly folder: string;
  /** Ends the machines, where they are to outlive the trial. */
  readonly keptBy?: Scope;
};

/** A finished trial, what its trace said, and its machines if they got up. */
export type FinishedTrial = {
  readonly trial: Trial;
  readonly trace: TraceSummary | undefined;
  readonly lab: Lab | undefined;
};

/** What a trial has found so far; whatever happens later, it is kept. */
export type Findings = {
  lab?: Lab;
  migration?: Migration;
  destination?: Record<string, unknown>;
  report?: WorkloadReport;
  oracle?: WorkloadReport['oracle'];
  trace?: TraceSummary;
  readonly warnings: string[];
};

/** How many different complaints of a QEMU become warnings; its log has them all. */
const warningsPerMachine = 10;

/** Limits in ms for what has no limit of its own in the scenario. */
const limits = {workloadReady: 120_000, workloadAnswer: 60_000, switchover: 60_000} as const;

/** Runs one trial to its end. A trial that fails, or is interrupted, is a finding and not an error. */
export async function runTrial(plan: TrialPlan, host: Host, emit: Emit, signal: AbortSignal): Promise<FinishedTrial> {
  const startedAt = new Date().toISOString();
  const phases: Trial['phases'] = [];
  const findings: Findings = {warnings: []};
  const record: Emit = event => {
    if (event.kind === 'phase-end') phases.push({name: event.phase, ms: Math.round(event.ms)});
    emit(event);
  };
  await mkdir(plan.folder, {recursive: true});
  const failure = await carryOutAndEnd(plan, host, findings, record, signal);
  return {
    trial: describe(plan, startedAt, phases, findings, await logsOf(plan), failure),
    trace: findings.trace,
    lab: findings.lab,
  };
}

/** Carries out the trial and ends its machines, unless they are kept. Gives what went wrong. */
async function carryOutAndEnd(
  plan: TrialPlan,
  host: Host,
  findings: Findings,
  emit: Emit,
  signal: AbortSignal,
): Promise<Error | undefined> {
  const scope = plan.keptBy ?? new Scope();
  const work = carryOut(scope, plan, host, findings, emit, signal);
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
  await Promise.race([
    work,
    new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), {once: true});
    }),
  ]);
}

/** The story of a trial: boot, churn, migrate in the middle of it, churn on, check. */
async function carryOut(
  scope: Scope,
  plan: TrialPlan,
  host: Host,
  findings: Findings,
  emit: Emit,
  signal: AbortSignal,
): Promise<void> {
  const {scenario} = plan;
  const context = {logs: plan.folder, emit, signal};
  const lab = await openLab(scope, host, plan.l1, scenario, plan.deviceOptions, plan.login, context);
  findings.lab = lab;
  await whileAlive([lab.l1, lab.source, lab.target], async () => {
    const workload = await phase(emit, 'start the workload', async () => {
      using limit = new Deadline('the workload: live set', limits.workloadReady, signal);
      return await Workload.start(scope, lab.l2Guest, workloadArgv(scenario, plan.seed), emit, limit);
    });
    await prepareMigration(lab.source, lab.target, scenario);
    await startTrace(lab.l1Guest);
    await phase(emit, 'churn before', async () => {
      workload.send('start');
      await pause(scenario.settleBeforeMs, signal);
    });
    await phase(emit, 'migrate', async () => {
      using limit = new Deadline('the migration', scenario.migrationTimeoutMs, signal);
      workload.send('mark migration');
      await workload.wait('marked', limit);
      Object.assign(findings, await migrate(lab.source, lab.target, limit));
    });
    await phase(emit, 'check after the switch-over', async () => {
      using limit = new Deadline('the check after the switch-over', limits.switchover, signal);
      findings.oracle = (await workload.wait('switchover', limit)).oracle;
    });
    await phase(emit, 'churn after', async () => {
      workload.send('mark after');
      await pause(scenario.settleAfterMs, signal);
      using limit = new Deadline('the workload: report', limits.workloadAnswer, signal);
      workload.send('stop');
      findings.report = (await workload.wait('stopped', limit)).report;
      findings.oracle = findings.report.oracle;
    });
    await phase(emit, 'collect', () => collect(plan, lab, findings));
  });
}

async function collect(plan: TrialPlan, lab: Lab, findings: Findings): Promise<void> {
  await stopTrace(lab.l1Guest);
  const {text, lostEvents} = await readTrace(lab.l1Guest);
  await writeFile(path.join(plan.folder, 'trace.txt.gz'), gzipSync(text));
  findings.trace = summarizeTrace(text, findings.migration?.ramBytes ?? null);
  if (lostEvents > 0) findings.warnings.push(`the trace lost ${lostEvents} events: counts of ioctls are too low`);
}

function describe(
  plan: TrialPlan,
  startedAt: string,
  phases: Trial['phases'],
  findings: Findings,
  logs: string[],
  failure: Error | undefined,
): Trial {
  const {lab, report} = findings;
  const {outcome, reason} = classify(findings, failure);
  const migration = findings.migration ?? (failure instanceof MigrationFailed ? failure.migration : null);
  const {oracle: _, ...guest} = report ?? {oracle: null};
  return {
    index: plan.index,
    seed: plan.seed,
    startedAt,
    outcome,
    ...(reason ? {reason} : {}),
    phases,
    oracle: findings.oracle ?? null,
    migration,
    destination: findings.destination ?? null,
    rounds: [...(findings.trace?.rounds ?? [])],
    attempts: [],
    guest: report ? (guest as Trial['guest']) : null,
    logs,
    warnings: [...findings.warnings, ...(lab ? qemuWarnings(lab) : [])],
  };
}

/** What the two L2 QEMUs complained of, as far as it is not the same for every device without a dirty log of its own. */
function qemuWarnings({source, target}: Lab): string[] {
  return [source, target].flatMap(({spec, complaints}) => {
    const telling = complaints.filter(line => !line.includes("doesn't support device and IOMMU dirty tracking"));
    return [...new Set(telling)].slice(0, warningsPerMachine).map(line => `${spec.name}: ${line}`);
  });
}

/** The logs that a trial left, as paths relative to the folder of the run. */
async function logsOf({folder, runFolder}: TrialPlan): Promise<string[]> {
  const relative = path.relative(runFolder, folder);
  return (await readdir(folder)).sort().map(name => `${relative}/${name}`);
}
