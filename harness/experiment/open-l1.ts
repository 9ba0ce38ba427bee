import {phase} from '../base/events.ts';
import type {Scope} from '../base/scope.ts';
import type {BootContext} from '../machine/boot.ts';
import type {Login} from '../machine/guest.ts';
import type {Host, Running} from '../machine/host.ts';
import type {MachineSpec} from '../machine/spec.ts';
import type {Watch} from '../machine/watch.ts';
import type {L1} from './l1.ts';
import {bootOpen, reopen} from './l1-open.ts';
import {bootSealed, reopenSealed} from './l1-sealed.ts';
import {type SavedLab, stateFile} from './snapshot.ts';

/** How long the set-up may take, in ms. */
const setUpLimitMs = 30_000;

/** What an L1 is to be. */
export type L1Plan = {
  readonly spec: MachineSpec;
  /** A shell script. */
  readonly setUp: string;
  readonly login: Login;
  readonly isToBeSaved?: boolean;
};

/** Boots L1 and sets it up. */
export async function openL1(
  scope: Scope,
  host: Host,
  {spec, setUp, login, isToBeSaved = false}: L1Plan,
  watch: Watch,
  context: BootContext,
): Promise<L1> {
  const {emit, signal} = context;
  const l1 = await phase(emit, 'boot L1', () =>
    spec.clock === 'virtual'
      ? bootSealed(scope, host, spec, watch, context)
      : bootOpen(scope, host, spec, login, isToBeSaved, context),
  );
  watch.guard(l1.machine);
  await watch.during(() => phase(emit, 'set up L1', () => l1.guest.run('setting up L1', setUp, setUpLimitMs, signal)));
  return l1;
}

/** Opens the L1 of a saved lab, and gives the programs that run in it. */
export async function openSavedL1(
  scope: Scope,
  host: Host,
  spec: MachineSpec,
  {folder, snapshot: {l1, login}}: SavedLab,
  watch: Watch,
  context: BootContext,
): Promise<{l1: L1; programs: Running[]}> {
  const file = stateFile(folder);
  const opened = await phase(context.emit, 'fork L1', () =>
    l1.clock === 'virtual'
      ? reopenSealed(scope, host, spec, {file, l1}, watch, context)
      : reopen(scope, host, spec, {file, l1, login}, context),
  );
  watch.guard(opened.l1.machine);
  return opened;
}
