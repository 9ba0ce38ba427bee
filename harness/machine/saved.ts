import {Deadline, pause} from '../base/deadline.ts';
import {exists} from '../build/store.ts';
import type {Machine} from './boot.ts';
import {quote} from './guest.ts';

/** How long that may take, in ms. */
const limitMs = 60_000;

/** More bytes a second than any disk takes. QEMU would go easy on a network otherwise. */
const noLimit = 2 ** 40;

/**
 * Writes all of a machine that stands still into a file: memory and devices. It cannot go on afterwards. QEMU is done
 * when the last bytes are in a pipe, so the file gets its name when they are on the disk.
 */
export async function saveState({spec, qmp}: Machine, file: string, signal: AbortSignal): Promise<void> {
  using limit = new Deadline(`${spec.name}: saving ${file}`, limitMs, signal);
  const [part, failed] = [`${file}.part`, `${file}.failed`];
  const write = `cat > ${quote(part)} && sync ${quote(part)} && mv ${quote(part)} ${quote(file)}`;
  await transfer({qmp}, 'migrate', `exec:{ ${write}; } || touch ${quote(failed)}`, limit);
  while (!(await exists(file))) {
    if (await exists(failed)) throw new Error(`${limit.what} failed: the disk may be full`);
    await pause(10, limit.signal);
  }
}

/** Makes a machine that waits for it what another was when its state was saved. It stands still. */
export async function loadState({spec, qmp}: Machine, file: string, signal: AbortSignal): Promise<void> {
  using limit = new Deadline(`${spec.name}: loading ${file}`, limitMs, signal);
  await transfer({qmp}, 'migrate-incoming', `exec:cat ${quote(file)}`, limit);
}

async function transfer(
  {qmp}: Pick<Machine, 'qmp'>,
  command: 'migrate' | 'migrate-incoming',
  uri: string,
  limit: Deadline,
): Promise<void> {
  await qmp.execute('migrate-set-capabilities', {capabilities: [{capability: 'events', state: true}]});
  await qmp.execute('migrate-set-parameters', {'max-bandwidth': noLimit});
  let status = '';
  const ended = qmp.waitFor(({event, data}) => {
    if (event === 'MIGRATION') status = String(data?.['status']);
    return status === 'completed' || status === 'failed';
  }, limit);
  ended.catch(() => {}); // Where the command fails, that is the news.
  await qmp.execute(command, {uri});
  await ended;
  if (status === 'failed') throw new Error(`${limit.what} failed`);
}
