import {type Clock, wallClock} from '../../base/clock.ts';
import type {ClockKind} from '../spec.ts';

type Timer = {readonly dueNs: bigint; readonly run: () => void};

/** The clock of an L1 that stands still while the harness thinks: it moves when L1 says what time it is. */
export class VirtualClock implements Clock {
  #nowNs = 0n;
  readonly #timers = new Set<Timer>();

  after(ms: number, run: () => void): () => void {
    const timer = {dueNs: this.#nowNs + BigInt(Math.round(ms * 1e6)), run};
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** When the next timer is due, in ns of L1's clock; nothing where there is none. */
  get nextNs(): bigint | undefined {
    let next: bigint | undefined;
    for (const {dueNs} of this.#timers) if (next === undefined || dueNs < next) next = dueNs;
    return next;
  }

  /** Sets the time, and runs the timers that are due by then, the earliest first. */
  advance(nowNs: bigint): void {
    this.#nowNs = nowNs;
    const due = [...this.#timers].filter(({dueNs}) => dueNs <= nowNs).sort((a, b) => Number(a.dueNs - b.dueNs));
    for (const timer of due) {
      if (this.#timers.delete(timer)) timer.run(); // One that ran before may have taken it back.
    }
  }
}

/** The clock that work on a machine goes by. */
export function clockOf(kind: ClockKind): Clock {
  return kind === 'virtual' ? new VirtualClock() : wallClock;
}
