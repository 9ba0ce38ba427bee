import type {Deadline} from '../base/deadline.ts';
import type {Machine} from '../machine/boot.ts';
import type {Qmp, QmpEvent} from '../machine/qmp.ts';
import type {Migration} from '../result/schema.ts';
import type {Scenario} from '../scenario/schema.ts';

/** What both sides say of a migration when it is over. */
export type MigrationEnd = {readonly migration: Migration; readonly destination: Record<string, unknown>};

/** The migration ended otherwise than completed. Carries what the source said. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed';
  readonly migration: Migration;

  constructor(migration: Migration) {
    super(`the migration ended ${migration.status}: ${String(migration.raw['error-desc'] ?? 'no reason given')}`);
    this.migration = migration;
  }
}

/** The TCP port in L1 on which the destination waits. */
const migrationPort = 4444;

/** Tells both sides how to migrate, and lets the destination listen. */
export async function prepareMigration(source: Machine, target: Machine, scenario: Scenario): Promise<void> {
  for (const {qmp} of [source, target]) {
    await qmp.execute('migrate-set-capabilities', {capabilities: [{capability: 'events', state: true}]});
  }
  await source.qmp.execute('migrate-set-parameters', {
    'max-bandwidth': scenario.bandwidthMiBps * 2 ** 20,
    'downtime-limit': scenario.downtimeLimitMs,
  });
  await target.qmp.execute('migrate-incoming', {uri: uri()});
}

/**
 * Migrates, and waits for the events that end it on both sides. Nothing is asked in between: a question costs
 * the source time in the very loop that is measured.
 * @throws MigrationFailed when the source gives up.
 */
export async function migrate(source: Machine, target: Machine, limit: Deadline): Promise<MigrationEnd> {
  const sourceEnd = source.qmp.waitFor(isEnd, limit);
  const targetEnd = target.qmp.waitFor(isEnd, limit);
  targetEnd.catch(() => {}); // A destination that dies makes the source's end `failed`, which is awaited first.
  await Promise.race([source.qmp.execute('migrate', {uri: uri()}), sourceEnd]);
  await sourceEnd;
  const migration = readMigration(await query(source.qmp));
  if (migration.status !== 'completed') throw new MigrationFailed(migration);
  await targetEnd;
  return {migration, destination: await query(target.qmp)};
}

function isEnd({event, data}: QmpEvent): boolean {
  return event === 'MIGRATION' && ['completed', 'failed', 'cancelled'].includes(String(data?.['status']));
}

async function query(qmp: Qmp): Promise<Record<string, unknown>> {
  return (await qmp.execute('query-migrate')) as Record<string, unknown>;
}

function uri(): string {
  return `tcp:127.0.0.1:${migrationPort}`;
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
