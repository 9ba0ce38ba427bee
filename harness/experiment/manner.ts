import type {Machine} from '../machine/boot.ts';
import type {Scenario} from '../scenario/schema.ts';

/** How a migration is to go. */
export type Manner = {
  /** It stays in pre-copy until it is released. */
  readonly held?: boolean;
  /** It stops at the switch-over, with the guest stopped, until it is told to go on. */
  readonly pausing?: boolean;
};

/** Where in L1 the destination waits. */
export const uri = 'tcp:127.0.0.1:4444';

/**
 * What holds a migration: a switch-over that may take one byte. QEMU knows no number that means never, so a guest that
 * writes nothing at all for a moment gets through; see `Manner.pausing`.
 */
const hold = {'avail-switchover-bandwidth': 1000, 'downtime-limit': 1} as const;

/**
 * A bandwidth of a few pages per second, in bytes. It keeps a held migration from collecting dirty pages over and over,
 * as fast as it can: what there is to send is never sent before it is released.
 */
const slow = {'max-bandwidth': 64 * 2 ** 10} as const;

/** Tells both sides how to migrate, and lets the destination listen. */
export async function prepareMigration(
  source: Machine,
  target: Machine,
  scenario: Scenario,
  {held = false, pausing = false}: Manner = {},
): Promise<void> {
  const capabilities = [
    {capability: 'events', state: true},
    {capability: 'pause-before-switchover', state: pausing},
  ];
  for (const {qmp} of [source, target]) await qmp.execute('migrate-set-capabilities', {capabilities});
  await source.qmp.execute('migrate-set-parameters', {...parametersOf(scenario), ...(held ? hold : {})});
  await target.qmp.execute('migrate-incoming', {uri});
}

/** Makes a held migration all but stand still. The first round, which sends all RAM, is to be over by then. */
export async function slowDown(source: Machine): Promise<void> {
  await source.qmp.execute('migrate-set-parameters', slow);
}

/** Lets a held migration converge. */
export async function release(source: Machine, scenario: Scenario): Promise<void> {
  await source.qmp.execute('migrate-set-parameters', parametersOf(scenario));
}

function parametersOf({bandwidthMiBps, downtimeLimitMs, switchoverMiBps}: Scenario) {
  return {
    'max-bandwidth': bandwidthMiBps * 2 ** 20,
    'downtime-limit': downtimeLimitMs,
    'avail-switchover-bandwidth': switchoverMiBps * 2 ** 20,
  };
}
