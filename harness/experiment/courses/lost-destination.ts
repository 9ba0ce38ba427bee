import type {Deadline} from '../../base/deadline.ts';
import type {Migration} from '../../result/schema.ts';
import {keepRunning, Migrating, passReached, resumption, switchOver, switchoverReached} from '../migrate.ts';
import {measure} from './complete.ts';
import {attempt, type Course, type Stage} from './stage.ts';

/** The destination is lost twice, in pre-copy and in the switch-over; the guest goes on, and is migrated again. */
export const lostDestination: Course = async stage => {
  await attempt(stage, 'lost-in-precopy', {held: true, pausing: true}, limit => loseInPrecopy(stage, limit));
  await attempt(stage, 'lost-in-switchover', {pausing: true}, limit => loseInSwitchover(stage, limit));
  await measure(stage);
};

async function loseInPrecopy({lab, findings}: Stage, limit: Deadline): Promise<Migration> {
  const {source, target} = lab;
  const sent = passReached(source.qmp, 2, limit);
  const resumed = resumption(source.qmp, limit);
  // A guest that happens to write nothing gets here all the same, and would wait for ever.
  void switchoverReached(source.qmp, limit)
    .then(() => switchOver(source))
    .catch(() => {});
  const migrating = await Migrating.start(source, target, limit);
  await migrating.until(sent);
  await lab.loseTarget();
  return await fail({lab, findings}, migrating, resumed);
}

async function loseInSwitchover({lab, findings}: Stage, limit: Deadline): Promise<Migration> {
  const {source, target} = lab;
  const paused = switchoverReached(source.qmp, limit);
  const resumed = resumption(source.qmp, limit);
  const migrating = await Migrating.start(source, target, limit);
  await migrating.until(paused);
  await lab.loseTarget();
  await switchOver(source);
  return await fail({lab, findings}, migrating, resumed);
}

/** Waits until the source has noticed, and sees to it that the guest runs on. */
async function fail(
  {lab, findings}: Pick<Stage, 'lab' | 'findings'>,
  migrating: Migrating,
  resumed: Promise<unknown>,
): Promise<Migration> {
  const migration = await migrating.ended('failed');
  const left = await keepRunning(lab.source, resumed);
  if (left !== undefined) findings.warnings.push(`the source was left ${left} and had to be told to go on`);
  return migration;
}
