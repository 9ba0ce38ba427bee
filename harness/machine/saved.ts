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
 * when the last bytes are in a pipe, so the file gets its name when they are in it.
 */
export async function saveState({spec, qmp}: Machine, file: string): Promise<void> {
  const what = `${spec.name}: saving ${file}`;
  const [part, whole] = [quote(`${file}.part`), quote(file)];
  await transfer(what, {qmp}, 'migrate', `exec:cat > ${part} && mv ${part} ${whole}`);
  using limit = new Deadline(what, limitMs);
  while (!(await exists(file))) await pause(10, limit.signal);
}

/** Makes a machine that waits for it what another was when its state was saved. It stands still. */
export async function loadState({spec, qmp}: Machine, file: string): Promise<void> {
  await transfer(`${spec.name}: loading ${file}`, {qmp}, 'migrate-incoming', `exec:cat ${quote(file)}`);
}

async function transfer(
  what: string,
  {qmp}: Pick<Machine, 'qmp'>,
  command: 'migrate' | 'migrate-incoming',
  uri: string,
): Promise<void> {
  using limit = new Deadline(what, limitMs);
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
  if (status === 'failed') throw new Error(`${what} failed`);
}
