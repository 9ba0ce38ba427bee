import {keepRunning, Migrating, passReached, resumption} from '../migrate.ts';
import {measure} from './complete.ts';
import {attempt, type Course} from './stage.ts';

/** The migration is cancelled when one whole round was sent; the guest goes on, and is migrated again. */
export const cancel: Course = async stage => {
  const {lab} = stage;
  await attempt(stage, 'cancelled', {held: true, pausing: true}, async limit => {
    const {source, target} = lab;
    const sent = passReached(source.qmp, 2, limit);
    const resumed = resumption(source.qmp, limit);
    const migrating = await Migrating.start(source, target, limit);
    await migrating.until(sent);
    lab.giveUpTarget();
    await source.qmp.execute('migrate_cancel');
    const migration = await migrating.ended('cancelled');
    await keepRunning(source, resumed);
    return migration;
  });
  await measure(stage);
};
