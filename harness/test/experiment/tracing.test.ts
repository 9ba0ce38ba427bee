import test from 'ava';
import {l2Spec} from '../../experiment/machines.ts';
import {tracingSetUp} from '../../experiment/tracing.ts';
import {iovaChurn} from '../fakes/scenario.ts';

const traced = test.macro(async (t, tracing: string, events: readonly RegExp[], others: readonly RegExp[]) => {
  const scenario = await iovaChurn(`tracing=${tracing}`);
  const qemu = l2Spec(scenario, 'tcg', [], {side: 'source', number: 1}).trace;
  const all = `${qemu.join('\n')}\n${tracingSetUp(scenario)}`;
  for (const event of events) t.regex(all, event);
  for (const event of others) t.notRegex(all, event);
});

const syncs = /^migration_bitmap_sync_start$/m;
const calls = /events\/vfio_iommu_type1\/enable/;
const locks = [
  /^qemu_mutex_lock$/m,
  /mutex_unlock lock=/,
  /contention_begin\/enable/,
  /contention_end\/enable/,
  /hash-ptr/,
];

test('calls and syncs are traced', traced, 'events', [syncs, calls], locks);
test('locks are traced beside them', traced, 'locks', [syncs, calls, ...locks], []);
test('nothing is traced', traced, 'off', [], [/\S/]);
