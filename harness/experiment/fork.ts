import {asError, describeError} from '../base/errors.ts';
import type {Emit} from '../base/events.ts';
import {removeArtifact, type Store} from '../build/store.ts';
import {markUsed} from '../build/trim.ts';
import type {Host} from '../machine/host.ts';
import {isDirect} from './direct.ts';
import {ensureSavedLab, NotSaved, savedLabName} from './saved-labs.ts';
import {runWithSecondChance} from './second-chance.ts';
import type {SavedLab} from './snapshot.ts';
import type {FinishedTrial, runTrial, TrialPlan} from './trial.ts';

/**
 * How many trials of a series start from a saved L1, each from one of its own; those after them boot. A boot has
 * peculiarities, such as where programs lie and how trees have grown: trials that shared one would not be independent,
 * which verdicts take them to be. So what is saved serves further runs, and the other cells of a sweep.
 */
export const savedBoots = 12;

/**
 * Runs trials that start from a saved L1 in which both machines of L2 are up. The store keeps it like anything else that
 * is made; where it cannot be made, the trial boots, with a warning. A fault of a kernel or of a QEMU that shows while it
 * is made is the end of the trial that it was made for, as if that had booted. One from which a trial came to nothing is
 * thrown away, and not made again in this run: it may be why. Trials without L2 boot anyway, and so do late ones.
 */
export function startingFromSaved(
  store: Store,
  run = runWithSecondChance,
  save?: typeof runTrial,
): typeof runWithSecondChance {
  const known = new Map<string, Promise<SavedLab | Error>>();
  const find = async (plan: TrialPlan, host: Host, emit: Emit): Promise<SavedLab | Error> => {
    const name = savedLabName(plan);
    const found = await known.get(name);
    if (found instanceof Error || (found && (await isTaken(found.folder)))) return found;
    const pending = ensureSavedLab({...store, emit}, name, plan, host, save).catch(asError);
    known.set(name, pending);
    return pending;
  };
  return async (plan, host, emit, signal) => {
    if (isDirect(plan.scenario) || plan.index >= savedBoots) return run(plan, host, emit, signal);
    const name = savedLabName(plan);
    const saved = await find(plan, host, emit);
    if (!(saved instanceof Error)) {
      const finished = await run({...plan, saved}, host, emit, signal);
      if (finished.trial.startedFrom === null) {
        known.set(name, Promise.resolve(new Error(`a trial that started from ${name} came to nothing`)));
        await removeArtifact(store.root, saved.folder);
      }
      return finished;
    }
    if (saved instanceof NotSaved && isFault(saved.finished)) {
      known.delete(name); // Those of other cells have it made anew: they might not meet the fault.
      return saved.finished;
    }
    const warning = `it booted, since no L1 could be saved: ${describeError(saved)}`;
    if (!signal.aborted) emit({kind: 'warning', message: warning});
    const finished = await run(plan, host, emit, signal);
    return {...finished, trial: {...finished.trial, warnings: [warning, ...finished.trial.warnings]}};
  };
}

/** Whether what kept an L1 from being saved is a finding: a kernel's fault, or an error of a QEMU that was saved else. */
function isFault({trial, snapshot}: FinishedTrial): boolean {
  return trial.outcome === 'guest-crashed' || (snapshot !== undefined && trial.outcome === 'qemu-failed');
}

/** Marks a saved lab as used, if it is still there. */
function isTaken(folder: string): Promise<boolean> {
  return markUsed(folder).then(
    () => true,
    () => false,
  );
}
