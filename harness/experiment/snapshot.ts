import path from 'node:path';
import {onClock, wallClock} from '../base/clock.ts';
import {Deadline} from '../base/deadline.ts';
import type {Login} from '../machine/guest.ts';
import {saveState} from '../machine/saved.ts';
import type {SavedGuest} from '../machine/sealed/sealed-guest.ts';
import type {Endpoint} from '../machine/spec.ts';
import type {Lab} from './lab.ts';

/** What is in the folder of a saved L1, beside its memory and its devices' state. */
export type Snapshot = {
  /** When it was saved, in ns of its clock. */
  readonly nowNs: string;
  readonly guest: SavedGuest;
  /** The monitors of L2's machines. */
  readonly endpoints: {readonly source: Endpoint; readonly target: Endpoint};
  /** Who may log in. */
  readonly login: Login;
};

/** A saved L1, and the folder that it is in. */
export type SavedLab = {readonly folder: string; readonly snapshot: Snapshot};

/** The file of a saved L1's folder that its memory and its devices' state are in. */
export const stateFile = 'state';

/** How long L1 may go on until it comes to a call in which it can be saved, in ms of this machine's time. */
const quietLimitMs = 60_000;

/** Saves L1 with both machines of L2, in which the guest stands still. Nothing of it can be used afterwards. */
export async function saveLab(lab: Lab, login: Login, folder: string): Promise<Snapshot> {
  const {sealed} = lab;
  if (!sealed) throw new Error('only a sealed L1 can be saved');
  await lab.source.qmp.execute('stop');
  await lab.leave();
  using limit = new Deadline('l1: a call in which nothing happens', quietLimitMs, undefined, wallClock);
  const nowNs = await limit.race(sealed.mailbox.holdCall());
  await onClock(wallClock, () => saveState(lab.l1, path.join(folder, stateFile)));
  return {
    nowNs: String(nowNs),
    guest: sealed.guest.saved,
    endpoints: {source: lab.source.endpoint, target: lab.target.endpoint},
    login: {privateKey: login.privateKey, hostKey: login.hostKey},
  };
}
