import type {Deadline} from '../base/deadline.ts';
import type {Machine} from '../machine/boot.ts';
import type {Qmp, QmpEvent} from '../machine/qmp.ts';
import type {Migration} from '../result/schema.ts';
import {uri} from './manner.ts';

/** How long the source may take to say what became of the migration, in ms, where something else has failed. */
const lastWordLimitMs = 2000;

/** What both sides say of a migration when it is over. */
export type MigrationEnd = {readonly migration: Migration; readonly destination: Record<string, unknown>};

/** The migration ended otherwise than it was to. Carries what the source said. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed';
  readonly migration: Migration;

  constructor(migration: Migration) {
    super(`the migration ended ${migration.status}: ${String(migration.raw['error-desc'] ?? 'no reason given')}`);
    this.migration = migration;
  }
}

/** A migration under way. Everything in it is an event: a question costs the source time in the loop that is measured. */
export class Migrating {
  readonly #source: Machine;
  readonly #target: Machine;
  readonly #limit: Deadline;
  readonly #sourceEnd: Promise<QmpEvent>;
  readonly #targetEnd: Promise<QmpEvent>;

  private constructor(source: Machine, target: Machine, limit: Deadline) {
    this.#source = source;
    this.#target = target;
    this.#limit = limit;
    this.#sourceEnd = expect(source.qmp, isEnd, limit);
    this.#targetEnd = expect(target.qmp, isEnd, limit);
  }

  /** Starts it. What is waited for on the way is to be expected before: it may come at once. */
  static async start(source: Machine, target: Machine, limit: Deadline): Promise<Migrating> {
    const migrating = new Migrating(source, target, limit);
    await Promise.race([source.qmp.execute('migrate', {uri}), migrating.#sourceEnd]);
    return migrating;
  }

  /**
   * Waits for something on the way.
   * @throws MigrationFailed when the migration is over before.
   */
  async until<T>(event: Promise<T>): Promise<T> {
    const over = this.#sourceEnd.then(async () => {
      throw new MigrationFailed(readMigration(await query(this.#source.qmp)));
    });
    over.catch(() => {}); // Once the event has come, the end is another matter.
    return await Promise.race([event, over]);
  }

  /**
   * Waits until both sides say that it is completed.
   * @throws MigrationFailed when the source gives up.
   */
  async completed(): Promise<MigrationEnd> {
    const migration = await this.ended('completed');
    await this.#targetEnd;
    return {migration, destination: await query(this.#target.qmp)};
  }

  /**
   * Waits until the source says that it is over, and that it ended so.
   * @throws MigrationFailed when it ended otherwise.
   */
  async ended(status: 'completed' | 'failed' | 'cancelled'): Promise<Migration> {
    await this.#limit.race(this.#sourceEnd);
    const migration = readMigration(await query(this.#source.qmp));
    if (migration.status !== status) throw new MigrationFailed(migration);
    return migration;
  }
}

/** Resolves when the source has collected dirty pages so often. */
export function passReached(source: Qmp, pass: number, limit: Deadline): Promise<unknown> {
  return expect(source, ({event, data}) => event === 'MIGRATION_PASS' && Number(data?.['pass']) >= pass, limit);
}

/** Resolves when a migration that pauses has stopped the guest for the switch-over. */
export function switchoverReached(source: Qmp, limit: Deadline): Promise<unknown> {
  return expect(source, ({event, data}) => event === 'MIGRATION' && data?.['status'] === 'pre-switchover', limit);
}

/** Lets a migration that pauses go on with the switch-over. */
export async function switchOver(source: Machine): Promise<void> {
  await source.qmp.execute('migrate-continue', {state: 'pre-switchover'});
}

/**
 * Sees to it that the guest runs on the source after a migration that came to nothing. `resumed` was expected before
 * it failed. Gives the state in which QEMU left the guest where it had to be told to go on.
 */
export async function keepRunning(source: Machine, resumed: Promise<unknown>): Promise<string | undefined> {
  const {status} = (await source.qmp.execute('query-status')) as {status: string};
  if (status === 'running') return undefined;
  if (status === 'finish-migrate') {
    await resumed;
    return undefined;
  }
  await source.qmp.execute('cont');
  return status;
}

/** Resolves when the guest runs again. */
export function resumption(source: Qmp, limit: Deadline): Promise<unknown> {
  return expect(source, ({event}) => event === 'RESUME', limit);
}

/** An event to come. That it does not come is the matter of whoever waits for it. */
function expect(qmp: Qmp, wanted: (event: QmpEvent) => boolean, limit: Deadline): Promise<QmpEvent> {
  const event = qmp.waitFor(wanted, limit);
  event.catch(() => {});
  return event;
}

function isEnd({event, data}: QmpEvent): boolean {
  return event === 'MIGRATION' && ['completed', 'failed', 'cancelled'].includes(String(data?.['status']));
}

async function query(qmp: Qmp): Promise<Record<string, unknown>> {
  return (await qmp.execute('query-migrate')) as Record<string, unknown>;
}

/** What the source says of a migration after a failure that came before its end; nothing where it says nothing. */
export async function lastWord(source: Machine): Promise<Migration | undefined> {
  const raw = await source.qmp.execute('query-migrate', undefined, lastWordLimitMs).catch(() => ({}));
  const migration = readMigration(raw as Record<string, unknown>);
  return migration.raw['status'] === undefined ? undefined : migration;
}

/** Names the figures of query-migrate (qapi/migration.json of QEMU) with their units. */
export function readMigration(raw: Record<string, unknown>): Migration {
  const ram = (raw['ram'] ?? {}) as Record<string, unknown>;
  const vfio = (raw['vfio'] ?? {}) as Record<string, unknown>;
  return {
    status: String(raw['status']),
    totalMs: numberOf(raw['total-time']),
    setupMs: numberOf(raw['setup-time']),
    downtimeMs: numberOf(raw['downtime']),
    syncs: numberOf(ram['dirty-sync-count']),
    ramBytes: numberOf(ram['transferred']),
    vfioBytes: numberOf(vfio['transferred']),
    raw,
  };
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
