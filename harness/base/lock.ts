import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import lockfile from 'proper-lockfile';
import {pause} from './deadline.ts';

/** How long a holder may be silent before its lock counts as left behind by a killed process, in ms. */
const staleMs = 15_000;

/** How often a waiter looks whether the lock is free, in ms. */
const retryMs = 500;

/** How a lock is waited for. */
export type LockOptions = {
  /** Called once if somebody else holds the lock. */
  readonly onWait: () => void;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
};

/** Runs `work` while no other process of this user holds `file`'s lock. Waits for the holder as long as it lives. */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(file), {recursive: true});
  const release = await acquire(file, options);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function acquire(file: string, {onWait, signal}: LockOptions): Promise<() => Promise<void>> {
  for (let tries = 0; ; tries += 1) {
    signal?.throwIfAborted();
    try {
      return await lockfile.lock(file, {stale: staleMs, realpath: false, lockfilePath: `${file}.lock`, retries: 0});
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      if (tries === 0) onWait();
      await pause(retryMs, signal ?? new AbortController().signal);
    }
  }
}
