import {readdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {distributionsQemu} from '../../build/emulator.ts';
import {l1Spec} from '../../experiment/machines.ts';
import {runWithSecondChance} from '../../experiment/second-chance.ts';
import type {FinishedTrial, TrialPlan} from '../../experiment/trial.ts';
import {LocalHost} from '../../machine/local-host.ts';
import type {ClockKind} from '../../machine/spec.ts';
import type {Outcome} from '../../result/schema.ts';
import type {Mishap} from '../fakes/nested-guests.ts';
import {trial} from '../fakes/result.ts';
import {iovaChurn} from '../fakes/scenario.ts';
import {prepare} from './played-trial.ts';

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

test('one that is repeated boots, whatever it started from', async t => {
  const l1 = l1Spec(scenario, 'tcg', '/k', '/i', distributionsQemu, 'virtual');
  const plan = {folder: '/trial', l1, saved: {folder: '/store/saved-l1-1'}} as TrialPlan;
  const startedFrom: unknown[] = [];
  const run = async ({saved}: TrialPlan): Promise<FinishedTrial> => {
    startedFrom.push(saved?.folder);
    return {trial: {...trial, outcome: 'boot-failed'}, trace: undefined, lab: undefined};
  };
  await runWithSecondChance(plan, new LocalHost('/'), () => {}, new AbortController().signal, run);
  t.deepEqual(startedFrom, ['/store/saved-l1-1', undefined]);
});

const repeats = test.macro(async (t, words: readonly string[], mishap: Mishap, isRepeated: boolean) => {
  await using scope = new Scope();
  const {plan, host, folder} = await prepare(scope, mishap, words);
  const {trial} = await runWithSecondChance(plan, host, () => {}, new AbortController().signal);
  t.not(trial.outcome, 'passed');
  t.is(
    trial.warnings.some(warning => /^repeated, since the first attempt did not boot: l1: /.test(warning)),
    isRepeated,
  );
  t.deepEqual(
    await readdir(path.join(folder, 'trials')),
    isRepeated ? ['upstream-001', 'upstream-001-repeated'] : ['upstream-001'],
  );
});

test('a trial whose machines did not get up is repeated once', repeats, ['refuse'], {}, true);
test('a trial that a kernel’s fault kept from booting is not', repeats, ['splat'], {setUp: 'vdmae_mdev'}, false);
test('a trial that lost pages is not', repeats, [], {lost: 3}, false);
