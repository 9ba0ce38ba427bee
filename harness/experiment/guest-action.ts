import type {Deadline} from '../base/deadline.ts';
import type {Stage} from './courses/stage.ts';
import {prepareMigration, release, slowDown} from './manner.ts';
import {Migrating, type MigrationEnd, passReached, switchOver, switchoverReached} from './migrate.ts';

/** What each action is told to the guest as, and what the guest says when the migration may go on. */
const actions = {
  storm: {command: 'storm', event: 'storming'},
  rebind: {command: 'rebind', event: 'rebound'},
  rescan: {command: 'rescan', event: 'rebound'},
} as const;

/** What a guest may do in pre-copy. */
export type GuestAction = keyof typeof actions;

/** The dirty sync at which the guest is told: the first after one in which only tracking was started. */
const pass = 2;

/**
 * Migrates, holds the migration in pre-copy until the guest has done something there, and lets it converge then. A
 * storm goes on, so that the last round falls into it.
 */
export async function act(stage: Stage, action: GuestAction, limit: Deadline): Promise<MigrationEnd> {
  const {lab, scenario, workload, findings} = stage;
  const {source, target} = lab;
  const {command, event} = actions[action];
  await prepareMigration(source, target, scenario, {held: true, pausing: true});
  const tracked = passReached(source.qmp, pass, limit);
  const paused = switchoverReached(source.qmp, limit);
  const migrating = await Migrating.start(source, target, limit);
  await migrating.until(tracked);
  workload.send(command);
  await slowDown(source);
  const done = workload.wait(event, limit);
  done.catch(() => {}); // Where the guest is not waited for any more, its failure shows at its next word.
  const first = await migrating.until(Promise.race([done.then(() => 'done'), paused.then(() => 'paused')]));
  if (first === 'done') await release(source, scenario);
  else findings.warnings.push(`the migration converged before the guest said ${event}`);
  await migrating.until(paused);
  await switchOver(source);
  return await migrating.completed();
}
