import {AsyncLocalStorage} from 'node:async_hooks';

/** What time is, for whoever waits. */
export type Clock = {
  /** Runs something once so many ms have passed. Gives what takes that back. */
  after(ms: number, run: () => void): () => void;
};

/** The time of this machine. */
export const wallClock: Clock = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

const clocks = new AsyncLocalStorage<Clock>();

/** The clock of the work that is going on: another than that of this machine inside `onClock`. */
export function currentClock(): Clock {
  return clocks.getStore() ?? wallClock;
}

/** Does work whose waits and deadlines go by another clock, and whatever it starts. */
export function onClock<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  return clocks.run(clock, work);
}
