import path from 'node:path';
import type {Event} from '../../base/events.ts';
import type {Scope} from '../../base/scope.ts';
import {distributionsQemu} from '../../build/emulator.ts';
import {l1Spec} from '../../experiment/machines.ts';
import {runTrial, type TrialPlan} from '../../experiment/trial.ts';
import {LocalHost} from '../../machine/local-host.ts';
import {type Mishap, nestedGuests} from '../fakes/nested-guests.ts';
import {makeFakeQemu} from '../fakes/qemu.ts';
import {iovaChurn} from '../fakes/scenario.ts';
import {temporaryFolder} from '../folder.ts';

/** A trial with machines played: L1 by a fake QEMU with these `words`, its guests by an SSH server with one mishap. */
export async function prepare(
  scope: Scope,
  mishap: Mishap,
  words: readonly string[] = [],
  overrides: readonly string[] = [],
) {
  const folder = await temporaryFolder(scope, {});
  const {port, login} = await nestedGuests(scope, mishap);
  const scenario = await iovaChurn(...overrides, 'settleBeforeMs=20', 'settleAfterMs=20', 'migrationTimeoutMs=20000');
  const l1 = {
    ...l1Spec(scenario, 'tcg', '/k', '/i', distributionsQemu),
    qemu: await makeFakeQemu(folder),
    cmdline: [`port=${port}`, ...words],
  };
  const trialFolder = path.join(folder, 'trials/upstream-001');
  const plan: TrialPlan = {
    index: 0,
    seed: 1,
    scenario,
    l1,
    deviceOptions: [],
    login,
    contents: [],
    runFolder: folder,
    folder: trialFolder,
  };
  return {folder, plan, host: new LocalHost(folder)};
}

/** Runs it. */
export async function run(scope: Scope, mishap: Mishap, words?: readonly string[], overrides?: readonly string[]) {
  const {folder, plan, host} = await prepare(scope, mishap, words, overrides);
  const events: Event[] = [];
  const finished = await runTrial(plan, host, event => events.push(event), new AbortController().signal);
  return {...finished, folder, events};
}
