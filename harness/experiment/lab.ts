import {phase} from '../base/events.ts';
import type {Scope} from '../base/scope.ts';
import type {BootContext, Machine} from '../machine/boot.ts';
import type {Guest, Login} from '../machine/guest.ts';
import type {Host, Running} from '../machine/host.ts';
import type {Shell} from '../machine/shell.ts';
import type {MachineSpec} from '../machine/spec.ts';
import {Watch} from '../machine/watch.ts';
import type {Scenario} from '../scenario/schema.ts';
import {type L1, type SavedL1, setUpForL2} from './l1.ts';
import {bootL2, logInToL2, setUpL2, startL2, takeOverL2} from './l2.ts';
import {l2Spec, type Side} from './machines.ts';
import {openL1, openSavedL1} from './open-l1.ts';
import type {SavedLab} from './snapshot.ts';

/** Starts the next machine of a side. */
type Start = (side: Side) => Promise<Machine>;

/** L1, L2 running in it, and the machine that L2 will be migrated to. Machines come and go as migrations do. */
export class Lab {
  readonly l1: Machine;
  readonly l1Port: number | null;
  readonly l1Guest: Shell;
  readonly l2Guest: Guest;
  /** Every machine that was there, L1 first. */
  readonly machines: Machine[];
  /** Machines that were ended on purpose: what their QEMUs said is no fault. */
  readonly abandoned = new Set<Machine>();
  readonly watch: Watch;
  readonly #outer: L1;
  readonly #start: Start;
  #places: readonly [from: Side, to: Side] = ['source', 'target'];
  #source: Machine;
  #target: Machine;

  constructor(l1: L1, l2Guest: Guest, watch: Watch, start: Start, source: Machine, target: Machine) {
    this.#outer = l1;
    this.l1 = l1.machine;
    this.l1Port = l1.port;
    this.l1Guest = l1.guest;
    this.l2Guest = l2Guest;
    this.watch = watch;
    this.#start = start;
    this.#source = source;
    this.#target = target;
    this.machines = [l1.machine, source, target];
  }

  /** Where the guest runs before a migration. */
  get source(): Machine {
    return this.#source;
  }

  /** Where the guest runs after it. */
  get target(): Machine {
    return this.#target;
  }

  /** The destination is no more of use: it may end, and what it says is no fault. */
  giveUpTarget(): void {
    this.watch.letGo(this.#target);
    this.abandoned.add(this.#target);
  }

  /** Ends the destination as a power failure does, and waits until it is gone. */
  async loseTarget(): Promise<void> {
    this.giveUpTarget();
    await this.#target.end();
  }

  /** Puts a fresh destination in the place of one that is no more of use. */
  async renewTarget(): Promise<void> {
    await this.loseTarget();
    this.#target = await this.#add(this.#places[1]);
  }

  /** Makes the destination, where the guest has arrived, the next source, and its old place the next destination. */
  async turnRound(): Promise<void> {
    const [from, to] = this.#places;
    this.watch.letGo(this.#source);
    await this.#source.end();
    this.#places = [to, from];
    this.#source = this.#target;
    this.#target = await this.#add(from);
  }

  /** Ends all connections to what is in L1, and has that stand still for good. Gives what it is to be known by. */
  async leave(signal: AbortSignal): Promise<SavedL1> {
    if (!this.#outer.standStill) throw new Error('this L1 is not to be saved');
    for (const one of [this.l2Guest, this.#source.qmp, this.#target.qmp]) await one[Symbol.asyncDispose]();
    return this.#outer.standStill(signal);
  }

  /** Ends L1, and with it all that is in it. */
  async endL1(): Promise<void> {
    await this.l1.end();
    this.#outer.lose?.();
  }

  async #add(side: Side): Promise<Machine> {
    const machine = await this.#start(side);
    this.machines.push(machine);
    return machine;
  }
}

/** What the machines of a lab are made from. */
export type LabPlan = {
  readonly l1: MachineSpec;
  readonly scenario: Scenario;
  readonly deviceOptions: readonly string[];
  readonly login: Login;
  readonly isToBeSaved?: boolean;
};

/** Boots L1, sets it up, boots L2 in it and starts the machine that waits for the migration. */
export async function openLab(scope: Scope, host: Host, plan: LabPlan, context: BootContext): Promise<Lab> {
  const {scenario, login, l1: spec, isToBeSaved = false} = plan;
  const watch = new Watch();
  const setUp = setUpForL2(scenario);
  const l1 = await openL1(scope, host, {spec, setUp, login, isToBeSaved}, watch, context);
  const nextSpec = specsOf(plan);
  const start = starter(scope, l1, nextSpec, watch, context);
  return await watch.during(async () => {
    const source = await bootL2(scope, l1, nextSpec('source'), context);
    watch.guard(source);
    const guest = await setUpL2(scope, l1, scenario, login, context);
    return new Lab(l1, guest, watch, start, source, await start('target'));
  });
}

/** What the next machine of each side is to be. */
export function specsOf({scenario, l1, deviceOptions}: Omit<LabPlan, 'login'>): (side: Side) => MachineSpec {
  const count: Record<Side, number> = {source: 0, target: 0};
  return side => {
    count[side] += 1;
    return l2Spec(scenario, l1.accelerator, deviceOptions, {side, number: count[side]});
  };
}

/** Starts further machines. */
function starter(
  scope: Scope,
  l1: L1,
  nextSpec: (side: Side) => MachineSpec,
  watch: Watch,
  context: BootContext,
): Start {
  return async side => {
    const machine = await phase(context.emit, 'start the destination', () =>
      startL2(scope, l1, nextSpec(side), context),
    );
    watch.guard(machine);
    return machine;
  };
}

/** Opens the lab that was saved in a folder: L1 stands still there, and both machines of L2 are up in it. */
export async function openSavedLab(
  scope: Scope,
  host: Host,
  plan: Omit<LabPlan, 'login'>,
  saved: SavedLab,
  context: BootContext,
): Promise<Lab> {
  const {endpoints, login} = saved.snapshot;
  const watch = new Watch();
  const {l1, programs} = await openSavedL1(scope, host, plan.l1, saved, watch, context);
  const [sourceQemu, targetQemu, ...others] = programs;
  if (!sourceQemu || !targetQemu || others.length > 0)
    throw new Error(`${saved.folder}: ${programs.length} programs run in L1, and they are to be the two QEMUs of L2`);
  const nextSpec = specsOf(plan);
  const start = starter(scope, l1, nextSpec, watch, context);
  return await watch.during(() =>
    phase(context.emit, 'reach L2', async () => {
      const takeOver = async (side: Side, running: Running): Promise<Machine> => {
        const qemu = {spec: nextSpec(side), endpoint: endpoints[side], running};
        const machine = await takeOverL2(scope, l1, qemu, context);
        watch.guard(machine);
        return machine;
      };
      const source = await takeOver('source', sourceQemu);
      const target = await takeOver('target', targetQemu);
      await source.qmp.execute('cont');
      return new Lab(l1, await logInToL2(scope, l1, login, context), watch, start, source, target);
    }),
  );
}
