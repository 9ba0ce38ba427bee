import {pause} from '../../base/deadline.ts';
import {phase} from '../../base/events.ts';
import {checkAfterSwitchover, measure, migrate} from './complete.ts';
import {type Course, migrationLimit} from './stage.ts';

/** The guest migrates, churns on there, and migrates back: into a fresh machine with the devices that it left. */
export const roundTrip: Course = async stage => {
  const {scenario, lab, workload, findings, emit, signal} = stage;
  const {migration} = await phase(emit, 'migrate: there', async () => {
    using limit = migrationLimit(stage);
    await workload.ask('mark there', 'marked', limit);
    return await migrate(stage, limit);
  });
  findings.attempts.push({name: 'there', migration, oracle: await checkAfterSwitchover(stage)});
  await phase(emit, 'churn there', async () => {
    using limit = migrationLimit(stage);
    await workload.ask('mark between', 'marked', limit);
    await lab.turnRound();
    await pause(scenario.settleBeforeMs, signal);
  });
  await measure(stage);
};
