import {rm} from 'node:fs/promises';
import {onClock} from '../base/clock.ts';
import {asError, describeError} from '../base/errors.ts';
import {phase} from '../base/events.ts';
import {Scope} from '../base/scope.ts';
import {ensureArtifact, exists, readMeta, type Store, writeMeta} from '../build/store.ts';
import {markUsed, trimArtifacts} from '../build/trim.ts';
import type {Host} from '../machine/host.ts';
import {clockOf} from '../machine/sealed/virtual-clock.ts';
import {fingerprint} from '../plan/fingerprint.ts';
import {qemuErrors} from './complaints.ts';
import {isDirect} from './direct.ts';
import {setUpForL2} from './l1.ts';
import {setUpScript} from './l2.ts';
import {openLab, specsOf} from './lab.ts';
import {runWithSecondChance} from './second-chance.ts';
import {type SavedLab, type Snapshot, saveLab} from './snapshot.ts';
import type {TrialPlan} from './trial.ts';

/** Goes up when what is saved changes, so that what was saved otherwise is not taken for the same. */
const recipe = 2;

const prefix = 'saved-l1-';

/** How many bytes saved L1s may take up in the store: some fifty of them. */
const roomBytes = 12 * 2 ** 30;

/**
 * How many trials of a series start from a saved L1, each from one of its own; those after them boot. A boot has
 * peculiarities, such as where programs lie and how trees have grown: trials that shared one would not be independent,
 * which verdicts take them to be. So what is saved serves further runs, and the other cells of a sweep.
 */
const savedBoots = 12;

/**
 * Runs trials that start from a saved L1 in which both machines of L2 are up. The store keeps it like anything else that
 * is made; where it cannot be made, the trial boots, with a warning. One from which a trial came to nothing is thrown
 * away, and not made again in this run: it may be why. Trials without L2 boot anyway, and so do late ones.
 */
export function startingFromSaved(store: Store, run = runWithSecondChance): typeof runWithSecondChance {
  const known = new Map<string, Promise<SavedLab | Error>>();
  const find = async (plan: TrialPlan, host: Host): Promise<SavedLab | Error> => {
    const name = savedLabName(plan);
    const found = await known.get(name);
    if (found instanceof Error || (found && (await exists(found.folder)))) return found;
    const pending = ensureSavedLab(store, name, plan, host).catch(asError);
    known.set(name, pending);
    return pending;
  };
  return async (plan, host, emit, signal) => {
    if (isDirect(plan.scenario) || plan.index >= savedBoots) return run(plan, host, emit, signal);
    const saved = await find(plan, host);
    if (!(saved instanceof Error)) {
      const finished = await run({...plan, saved}, host, emit, signal);
      if (finished.trial.startedFrom === null) {
        const name = savedLabName(plan);
        known.set(name, Promise.resolve(new Error(`a trial that started from ${name} came to nothing`)));
        await rm(saved.folder, {recursive: true, force: true});
      }
      return finished;
    }
    const warning = `it booted, since no L1 could be saved: ${describeError(saved)}`;
    if (!signal.aborted) emit({kind: 'warning', message: warning});
    const finished = await run(plan, host, emit, signal);
    return {...finished, trial: {...finished.trial, warnings: [warning, ...finished.trial.warnings]}};
  };
}

/** Names the saved lab of a trial by all that it is made from. Whose keys it has does not count. */
export function savedLabName(plan: TrialPlan): string {
  const {kernel: _, initrd: __, qemu: ___, firmware: ____, ...l1} = plan.l1;
  const nextSpec = specsOf(plan);
  return `${prefix}${fingerprint({
    l1,
    l2: [nextSpec('source'), nextSpec('target')],
    scripts: [setUpForL2(plan.scenario), setUpScript(plan.scenario)],
    contents: plan.contents,
    boot: plan.index,
    recipe,
  })}`;
}

async function ensureSavedLab(store: Store, name: string, plan: TrialPlan, host: Host): Promise<SavedLab> {
  await trimArtifacts(store.root, prefix, roomBytes);
  const folder = await ensureArtifact(store, name, async partial => {
    await using scope = new Scope();
    const snapshot = await onClock(clockOf(plan.l1.clock), () => bootAndSave(scope, host, plan, partial, store));
    await writeMeta(partial, snapshot);
  });
  await markUsed(folder);
  return {folder, snapshot: await readMeta<Snapshot>(folder)};
}

/** Boots L1 and L2, and saves them; the folder gets their logs, too. What is not quite well is not saved. */
async function bootAndSave(
  scope: Scope,
  host: Host,
  plan: TrialPlan,
  folder: string,
  {emit, signal}: Pick<Store, 'emit' | 'signal'>,
): Promise<Snapshot> {
  const lab = await openLab(scope, host, {...plan, isToBeSaved: true}, {logs: folder, emit, signal});
  const save = (): Promise<Snapshot> => phase(emit, 'save L1', () => saveLab(lab, plan.login, folder));
  const snapshot = await lab.watch.during(save).finally(() => lab.endL1()); // In a call it would heed no other end.
  const faults = [
    ...lab.machines.flatMap(({console}) => console.splats),
    ...qemuErrors({lab, started: []}, plan.scenario.course),
  ];
  if (faults.length > 0) throw new Error(faults[0]);
  return snapshot;
}
