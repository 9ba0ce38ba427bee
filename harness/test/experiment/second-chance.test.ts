import test from 'ava';
import {distributionsQemu} from '../../build/emulator.ts';
import {l1Spec} from '../../experiment/machines.ts';
import {runWithSecondChance} from '../../experiment/second-chance.ts';
import type {FinishedTrial, TrialPlan} from '../../experiment/trial.ts';
import {LocalHost} from '../../machine/local-host.ts';
import type {ClockKind} from '../../machine/spec.ts';
import type {Outcome} from '../../result/schema.ts';
import {trial} from '../fakes/result.ts';
import {iovaChurn} from '../fakes/scenario.ts';

const scenario = await iovaChurn();

/** Runs a trial that ends so at first, and passes if it is repeated. */
const endsFirst = test.macro(async (t, clock: ClockKind, outcome: Outcome, warnings: readonly string[]) => {
  const plan = {folder: '/trial', l1: l1Spec(scenario, 'tcg', '/k', '/i', distributionsQemu, clock)} as TrialPlan;
  const folders: string[] = [];
  const run = async ({folder}: TrialPlan): Promise<FinishedTrial> => {
    folders.push(folder);
    const ended = folders.length === 1 ? {outcome, reason: 'no answer'} : {};
    return {trial: {...trial, ...ended, warnings: []}, trace: undefined, lab: undefined};
  };
  const finished = await runWithSecondChance(plan, new LocalHost('/'), () => {}, new AbortController().signal, run);
  t.deepEqual(finished.trial.warnings, warnings);
  t.deepEqual(folders, warnings.length > 0 ? ['/trial', '/trial-repeated'] : ['/trial']);
});

const hung = ['repeated, since the first attempt hung: no answer'];
const unbooted = ['repeated, since the first attempt did not boot: no answer'];

test('a trial that hangs under the virtual clock is repeated', endsFirst, 'virtual', 'timeout', hung);
test('under the wall clock it is not: the machine may have been busy', endsFirst, 'wall', 'timeout', []);
test('a trial that does not boot is repeated under either', endsFirst, 'virtual', 'boot-failed', unbooted);
test('one that does not boot under the wall clock, too', endsFirst, 'wall', 'boot-failed', unbooted);
test('any other end stands', endsFirst, 'virtual', 'lost-pages', []);
