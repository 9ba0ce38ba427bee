import {stat} from 'node:fs/promises';
import path from 'node:path';
import {onClock, wallClock} from '../base/clock.ts';
import type {Login} from '../machine/guest.ts';
import {saveState} from '../machine/saved.ts';
import type {Endpoint} from '../machine/spec.ts';
import type {SavedL1} from './l1.ts';
import type {Lab} from './lab.ts';

/** What is in the folder of a saved L1, beside its memory and its devices' state. */
export type Snapshot = {
  readonly l1: SavedL1;
  /** The monitors of L2's machines. */
  readonly endpoints: {readonly source: Endpoint; readonly target: Endpoint};
  /** Who may log in. */
  readonly login: Login;
  /** How large the file with the state is. */
  readonly stateBytes: number;
};

/** A saved L1, and the folder that it is in. */
export type SavedLab = {readonly folder: string; readonly snapshot: Snapshot};

/** The file of a saved L1's folder that its memory and its devices' state are in. */
export function stateFile(folder: string): string {
  return path.join(folder, 'state');
}

/** Saves L1 with both machines of L2, in which the guest stands still. Nothing of it can be used afterwards. */
export async function saveLab(lab: Lab, login: Login, folder: string, signal: AbortSignal): Promise<Snapshot> {
  const file = stateFile(folder);
  await lab.source.qmp.execute('stop');
  const l1 = await lab.leave(signal);
  await onClock(wallClock, () => saveState(lab.l1, file, signal));
  return {
    l1,
    endpoints: {source: lab.source.endpoint, target: lab.target.endpoint},
    login: {privateKey: login.privateKey, hostKey: login.hostKey},
    stateBytes: (await stat(file)).size,
  };
}
