import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {gzipSync} from 'node:zlib';
import {Deadline, pause} from '../base/deadline.ts';
import {phase} from '../base/events.ts';
import type {Scope} from '../base/scope.ts';
import type {Scenario} from '../scenario/schema.ts';
import {courses} from './courses/courses.ts';
import type {Stage} from './courses/stage.ts';
import type {Findings} from './findings.ts';
import {type Lab, openLab, openSavedLab} from './lab.ts';
import {lastWord} from './migrate.ts';
import {summarizeTrace, type TrialTrace} from './trace.ts';
import {readTrace, startTrace, stopTrace} from './tracing.ts';
import type {Story, TrialPlan} from './trial.ts';
import {senderArgv, Workload, WorkloadFailed, workloadArgv} from './workload.ts';

/** Limits in ms for what has no limit of its own in the scenario. */
const limits = {workloadReady: 120_000, workloadAnswer: 60_000} as const;

/** The story of a trial with a guest: boot, churn, migrate in the middle of it, churn on, check. */
export const carryOutMigration: Story = async (scope, plan, host, findings, context) => {
  const {scenario} = plan;
  const {emit, signal} = context;
  const lab = plan.saved
    ? await openSavedLab(scope, host, plan, plan.saved, context)
    : await openLab(scope, host, plan, context);
  findings.lab = lab;
  await keepingMigration(lab, findings, async () => {
    const workload = await phase(emit, 'start the workload', async () => {
      using limit = new Deadline('the workload: live set', limits.workloadReady, signal);
      return await Workload.start(scope, lab.l2Guest, workloadArgv(scenario, plan.seed), emit, limit);
    });
    const stage = {scenario, lab, workload, findings, emit, signal};
    if (scenario.workload === 'vhost-net') await startSender(scope, stage);
    await keepingVerdict(stage, async () => {
      await churnBefore(stage);
      await courses[scenario.course](stage);
      await churnAfter(stage);
    });
    await phase(emit, 'collect', () => collect(plan, lab, findings));
  });
};

/** Whatever fails, the source is asked what it knows of the migration: it may be why. */
async function keepingMigration(lab: Lab, findings: Findings, work: () => Promise<void>): Promise<void> {
  try {
    await lab.watch.during(work);
  } catch (error) {
    const word = findings.migration ?? (await lastWord(lab.source));
    if (word) findings.migration = word;
    throw error;
  }
}

/** A tool that gives up checks its pages first: lost ones may be why. */
async function keepingVerdict({workload, findings}: Stage, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const oracle = workload.lastOracle;
    const isKnown = findings.attempts.some(attempt => attempt.oracle === oracle);
    if (error instanceof WorkloadFailed && oracle && !isKnown) findings.oracle = oracle;
    throw error;
  }
}

/** Starts the traffic. The receiver lets it wait until it is to start itself. */
async function startSender(scope: Scope, {lab, findings}: Stage): Promise<void> {
  const sender = await lab.l1Guest.start(senderArgv);
  scope.defer('stop the sender', () => sender.kill());
  sender.stderr.on('data', (chunk: Buffer) => findings.warnings.push(String(chunk).trim()));
}

async function churnBefore({scenario, lab, workload, emit, signal}: Stage): Promise<void> {
  await startTrace(lab.l1Guest);
  await phase(emit, 'churn before', async () => {
    workload.send('start');
    await pause(scenario.settleBeforeMs, signal);
  });
}

async function churnAfter({scenario, workload, findings, emit, signal}: Stage): Promise<void> {
  await phase(emit, 'churn after', async () => {
    using markLimit = new Deadline('the workload: mark', limits.workloadAnswer, signal);
    await workload.ask('mark after', 'marked', markLimit);
    await pause(scenario.settleAfterMs, signal);
    using limit = new Deadline('the workload: report', limits.workloadAnswer, signal);
    findings.report = (await workload.ask('stop', 'stopped', limit)).report;
    findings.oracle = findings.report.oracle;
  });
}

async function collect({folder, scenario}: TrialPlan, lab: Lab, findings: Findings): Promise<void> {
  if (scenario.tracing === 'off') return;
  await stopTrace(lab.l1Guest);
  const {text, lostEvents} = await readTrace(lab.l1Guest);
  await writeFile(path.join(folder, 'trace.txt.gz'), gzipSync(text));
  const migrations = [
    ...findings.attempts.map(attempt => attempt.migration),
    ...(findings.migration ? [findings.migration] : []),
  ];
  const trace = summarizeTrace(
    text,
    migrations.map(migration => migration.ramBytes),
  );
  findings.traces = trace.migrations;
  if (lostEvents > 0) findings.warnings.push(`the trace lost ${lostEvents} events: counts of ioctls are too low`);
  requireHighIovas(scenario, trace);
}

/** Makes sure that a guest that was to take IOVAs from the top did. */
function requireHighIovas({iovaPlacement}: Scenario, {highestIova}: TrialTrace): void {
  if (iovaPlacement !== 'top' || (highestIova !== null && highestIova >= 2n ** 32n)) return;
  const found = highestIova === null ? 'none was mapped' : `the highest is 0x${highestIova.toString(16)}`;
  throw new WorkloadFailed(`no IOVA lies above 4 GiB, though they were to come from the top: ${found}`);
}
