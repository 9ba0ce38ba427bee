import {Deadline} from '../../base/deadline.ts';
import {phase} from '../../base/events.ts';
import {act} from '../guest-action.ts';
import {prepareMigration} from '../manner.ts';
import {Migrating, type MigrationEnd} from '../migrate.ts';
import type {WorkloadReport} from '../workload.ts';
import {type Course, migrationLimit, type Stage} from './stage.ts';

/** How long the guest may take to find out that it has moved, and to check all its pages, in ms. */
const switchoverLimitMs = 60_000;

/** One migration to its end, with what else the guest is to do on the way. */
export const complete: Course = async stage => {
  const {guestAction} = stage.scenario;
  await measure(stage, guestAction === 'none' ? migrate : (all, limit) => act(all, guestAction, limit));
};

/** Migrates, and keeps what is found as the trial's own: the migration that is measured. */
export async function measure(stage: Stage, carryOut = migrate): Promise<void> {
  const {workload, findings, emit} = stage;
  await phase(emit, 'migrate', async () => {
    using limit = migrationLimit(stage);
    await workload.ask('mark migration', 'marked', limit);
    Object.assign(findings, await carryOut(stage, limit));
  });
  findings.oracle = await checkAfterSwitchover(stage);
}

/** Migrates to the end, and waits for the events that end it on both sides. */
export async function migrate({lab, scenario}: Stage, limit: Deadline): Promise<MigrationEnd> {
  await prepareMigration(lab.source, lab.target, scenario);
  const migrating = await Migrating.start(lab.source, lab.target, limit);
  return await migrating.completed();
}

/** The guest notices by itself that it has moved, and checks all its pages. Of a network card it has to be told. */
export async function checkAfterSwitchover({
  scenario,
  workload,
  emit,
  signal,
}: Stage): Promise<WorkloadReport['oracle']> {
  return await phase(emit, 'check after the switch-over', async () => {
    using limit = new Deadline('the check after the switch-over', switchoverLimitMs, signal);
    const asked = scenario.workload === 'vhost-net';
    return (await (asked ? workload.ask('check', 'checked', limit) : workload.wait('switchover', limit))).oracle;
  });
}
