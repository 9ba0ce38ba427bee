import {type Clock, currentClock} from './clock.ts';

/** A limit that has passed: names what was waited for. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/**
 * A bounded wait, by the clock of the work that is going on. Its signal aborts when the time is over, when the outer signal aborts, or when the scope
 * that holds it ends, so that nothing goes on waiting for what nobody wants any more.
 */
export class Deadline implements Disposable {
  readonly what: string;
  readonly limitMs: number;
  readonly #controller = new AbortController();
  readonly #stopTimer: () => void;
  readonly #outer: AbortSignal | undefined;
  readonly #onOuter = (): void => this.#controller.abort(this.#outer?.reason);

  constructor(what: string, limitMs: number, outer?: AbortSignal, clock: Clock = currentClock()) {
    this.what = what;
    this.limitMs = limitMs;
    this.#outer = outer;
    this.#stopTimer = clock.after(limitMs, () => this.#controller.abort(timedOut(what, limitMs)));
    if (outer?.aborted) this.#onOuter();
    outer?.addEventListener('abort', this.#onOuter, {once: true});
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Settles like `work`, or rejects when the deadline comes first. */
  async race<T>(work: Promise<T>): Promise<T> {
    const {signal} = this;
    if (signal.aborted) {
      work.catch(() => {}); // Its own failure comes too late to matter: the deadline is the news.
      throw signal.reason;
    }
    let stop = (): void => {};
    const passed = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason);
      signal.addEventListener('abort', stop, {once: true});
    });
    try {
      return await Promise.race([work, passed]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  [Symbol.dispose](): void {
    this.#stopTimer();
    this.#outer?.removeEventListener('abort', this.#onOuter);
    if (!this.signal.aborted) this.#controller.abort(new Error(`${this.what}: no longer waited for`));
  }
}

function timedOut(what: string, limitMs: number): TimedOut {
  return new TimedOut(`${what}: no answer within ${(limitMs / 1000).toFixed(limitMs < 10_000 ? 1 : 0)} s`);
}

/** Sleeps, by the clock of the work that is going on, unless the signal aborts first. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = (): void => {
      stopTimer();
      reject(signal.reason);
    };
    const stopTimer = currentClock().after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, {once: true});
  });
}
