import {Deadline, pause} from '../../base/deadline.ts';
import {type Emit, phase} from '../../base/events.ts';
import type {Migration} from '../../result/schema.ts';
import type {Scenario} from '../../scenario/schema.ts';
import type {Findings} from '../findings.ts';
import type {Lab} from '../lab.ts';
import {type Manner, prepareMigration} from '../manner.ts';
import type {Workload} from '../workload.ts';

/** What a course has to work with: a guest that churns, and a machine that it may go to. */
export type Stage = {
  readonly scenario: Scenario;
  readonly lab: Lab;
  readonly workload: Workload;
  readonly findings: Findings;
  readonly emit: Emit;
  readonly signal: AbortSignal;
};

/** What the guest goes through until it is where it stays: migrations that fail on purpose, and one that is measured. */
export type Course = (stage: Stage) => Promise<void>;

/** The limit for one migration. */
export function migrationLimit({scenario, signal}: Stage): Deadline {
  return new Deadline('the migration', scenario.migrationTimeoutMs, signal);
}

/**
 * A migration that is to come to nothing. Afterwards the guest churns on, all its pages are checked where it still is,
 * and a fresh destination takes the place of the old one.
 */
export async function attempt(
  stage: Stage,
  name: string,
  manner: Manner,
  carryOut: (limit: Deadline) => Promise<Migration>,
): Promise<void> {
  const {scenario, lab, workload, findings, emit, signal} = stage;
  await phase(emit, `migrate: ${name}`, async () => {
    using limit = migrationLimit(stage);
    await prepareMigration(lab.source, lab.target, scenario, manner);
    await workload.ask(`mark ${name}`, 'marked', limit);
    const migration = await carryOut(limit);
    await pause(scenario.settleAfterMs, signal);
    const {oracle} = await workload.ask('check', 'checked', limit);
    findings.attempts.push({name, migration, oracle});
  });
  await lab.renewTarget();
}
