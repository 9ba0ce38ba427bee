import {stat} from 'node:fs/promises';
import {onClock, wallClock} from '../base/clock.ts';
import {phase} from '../base/events.ts';
import {ensureArtifact, readMeta, removeArtifact, type Store, writeMeta} from '../build/store.ts';
import {markUsed, trimArtifacts} from '../build/trim.ts';
import type {Host} from '../machine/host.ts';
import {qemuArgv} from '../machine/qemu-args.ts';
import {sealedIn} from '../machine/sealed/open.ts';
import type {MachineSpec} from '../machine/spec.ts';
import {fingerprint} from '../plan/fingerprint.ts';
import {freeFolder} from './free-folder.ts';
import {setUpForL2} from './l1.ts';
import {setUpScript} from './l2.ts';
import {openLab, specsOf} from './lab.ts';
import {type SavedLab, type Snapshot, saveLab, stateFile} from './snapshot.ts';
import {type FinishedTrial, runTrial, type Story, type TrialPlan} from './trial.ts';

/** Goes up when what is saved changes, so that what was saved otherwise is not taken for the same. */
const recipe = 3;

const prefix = 'saved-l1-';

/** How many bytes saved L1s may take up in the store: some eighty of them, so those of six designs with twelve trials each. */
const roomBytes = 20 * 2 ** 30;

/** Why no L1 was saved: the trial that made it did not come to its end. */
export class NotSaved extends Error {
  readonly finished: FinishedTrial;

  constructor(finished: FinishedTrial) {
    super(finished.trial.reason ?? finished.trial.outcome);
    this.finished = finished;
  }
}

/**
 * Names the saved lab of a trial by all that it is made from: what its QEMUs are told, what runs in L1 and L2 to set them
 * up, and the artifacts. Whose keys it has does not count, nor where this machine keeps things.
 */
export function savedLabName(plan: TrialPlan): string {
  const spec: MachineSpec = {...plan.l1, qemu: 'QEMU', firmware: [], kernel: 'KERNEL', initrd: 'INITRD'};
  const nextSpec = specsOf(plan);
  const machines = [
    spec.clock === 'virtual' ? sealedIn('MAILBOX', spec) : spec,
    nextSpec('source'),
    nextSpec('target'),
  ];
  return `${prefix}${fingerprint({
    machines: machines.map(one => qemuArgv(one, 'unix:MONITOR')),
    scripts: [setUpForL2(plan.scenario), setUpScript(plan.scenario)],
    contents: plan.contents,
    boot: plan.index,
    recipe,
  })}`;
}

/** Gives the saved lab of a trial, made by `run` if it is not there yet. The oldest ones go where they take up too much. */
export async function ensureSavedLab(
  store: Store,
  name: string,
  plan: TrialPlan,
  host: Host,
  run = runTrial,
): Promise<SavedLab> {
  const folder = await ensureArtifact(store, name, partial => makeSavedLab(store, plan, host, partial, run));
  await markUsed(folder);
  await trimArtifacts(store.root, prefix, roomBytes);
  return {folder, snapshot: await readSnapshot(store, folder)};
}

/** Boots L1 and L2, as a trial does that ends where the workload would start, and saves them. */
async function makeSavedLab(
  {emit, signal}: Store,
  plan: TrialPlan,
  host: Host,
  folder: string,
  run: typeof runTrial,
): Promise<void> {
  const logs = await freeFolder(`${plan.folder}-saving`);
  const finished = await run({...plan, folder: logs}, host, emit, signal, savingInto(folder));
  if (finished.trial.outcome !== 'passed' || !finished.snapshot) throw new NotSaved(finished);
  await writeMeta(folder, finished.snapshot);
}

function savingInto(folder: string): Story {
  return async (scope, plan, host, findings, context) => {
    const {emit, signal} = context;
    const lab = await openLab(scope, host, {...plan, isToBeSaved: true}, context);
    findings.lab = lab;
    try {
      const save = (): Promise<Snapshot> => phase(emit, 'save L1', () => saveLab(lab, plan.login, folder, signal));
      findings.snapshot = await lab.watch.during(save);
    } finally {
      await onClock(wallClock, () => lab.endL1()); // In a call it would heed no other end.
    }
  };
}

/** Throws a saved lab away whose state is not what was saved, as after a failure of this machine. */
async function readSnapshot({root}: Store, folder: string): Promise<Snapshot> {
  try {
    const snapshot = await readMeta<Snapshot>(folder);
    const {size} = await stat(stateFile(folder));
    if (size !== snapshot.stateBytes) throw new Error(`${size} bytes, and ${snapshot.stateBytes} were written`);
    return snapshot;
  } catch (cause) {
    await removeArtifact(root, folder);
    throw new Error(`${folder} was damaged, and is thrown away`, {cause});
  }
}
