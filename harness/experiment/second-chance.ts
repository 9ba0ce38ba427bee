import type {Emit} from '../base/events.ts';
import type {Host} from '../machine/host.ts';
import {type FinishedTrial, runTrial, type TrialPlan} from './trial.ts';

/**
 * Runs a trial; one whose machines did not get up is repeated once, since nothing was measured yet. The first
 * attempt's logs stay, and a warning of the trial tells of it.
 */
export async function runWithSecondChance(
  plan: TrialPlan,
  host: Host,
  emit: Emit,
  signal: AbortSignal,
): Promise<FinishedTrial> {
  const first = await runTrial(plan, host, emit, signal);
  if (first.trial.outcome !== 'boot-failed') return first;
  const warning = `repeated, since the first attempt did not boot: ${first.trial.reason}`;
  emit({kind: 'warning', message: warning});
  const second = await runTrial({...plan, folder: `${plan.folder}-repeated`}, host, emit, signal);
  return {...second, trial: {...second.trial, warnings: [warning, ...second.trial.warnings]}};
}
