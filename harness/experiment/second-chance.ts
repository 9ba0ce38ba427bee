import type {Emit} from '../base/events.ts';
import type {Host} from '../machine/host.ts';
import {type FinishedTrial, runTrial, type TrialPlan} from './trial.ts';

/**
 * Runs a trial. One whose machines did not get up is repeated once, since nothing was measured yet; under the virtual
 * clock one that hung, too: there no load of this machine can be why. It boots then, whatever it started from. The first
 * attempt's logs stay, and a warning of the trial tells of it.
 */
export async function runWithSecondChance(
  plan: TrialPlan,
  host: Host,
  emit: Emit,
  signal: AbortSignal,
  run: typeof runTrial = runTrial,
): Promise<FinishedTrial> {
  const first = await run(plan, host, emit, signal);
  const what = misfortune(plan, first);
  if (what === undefined) return first;
  const warning = `repeated, since the first attempt ${what}: ${first.trial.reason}`;
  emit({kind: 'warning', message: warning});
  const {saved: _, ...booting} = plan;
  const second = await run({...booting, folder: `${plan.folder}-repeated`}, host, emit, signal);
  return {...second, trial: {...second.trial, warnings: [warning, ...second.trial.warnings]}};
}

/** What befell a trial that may be repeated; nothing where it is to stand. */
function misfortune({l1}: TrialPlan, {trial}: FinishedTrial): string | undefined {
  if (trial.outcome === 'boot-failed') return 'did not boot';
  return l1.clock === 'virtual' && trial.outcome === 'timeout' ? 'hung' : undefined;
}
