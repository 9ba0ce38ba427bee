import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import lockfile from 'proper-lockfile';

/** How long a holder may be silent before its lock counts as left behind by a killed process, in ms. */
const staleMs = 15_000;

/**
 * Runs `work` while no other process of this user holds `file`'s lock. Waits for the holder as long as it
 * lives; `onWait` is called once if there is one.
 */
export async function withLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(file), {recursive: true});
  const options = {stale: staleMs, realpath: false, lockfilePath: `${file}.lock`};
  const release = await lockfile.lock(file, {...options, retries: 0}).catch(async error => {
    if (error.code !== 'ELOCKED') throw error;
    onWait();
    return lockfile.lock(file, {...options, retries: {forever: true, minTimeout: 200, maxTimeout: 1000}});
  });
  try {
    return await work();
  } finally {
    await release();
  }
}
