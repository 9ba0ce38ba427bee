import {failWhenEnded, type Machine} from './boot.ts';

/** How long the last words of a machine may take to arrive, in ms. */
const lastWordsMs = 500;

/** Watches over machines that must not end by themselves. */
export class Watch {
  readonly #guarded = new Set<Machine>();
  readonly #ended: Promise<never>;
  #fail = (_: unknown): void => {};

  constructor() {
    this.#ended = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#ended.catch(() => {}); // Where nothing is going on, nobody needs to know.
  }

  /** From now on, the end of this machine is a failure of what is going on. */
  guard(machine: Machine): void {
    this.#guarded.add(machine);
    failWhenEnded(machine).catch(error => {
      if (this.#guarded.has(machine)) this.#fail(error);
    });
  }

  /** What fails here fails what is going on. */
  fearing(failure: Promise<never>): void {
    failure.catch(error => this.#fail(error));
  }

  /** This machine may end from now on. */
  letGo(machine: Machine): void {
    this.#guarded.delete(machine);
  }

  /** Runs `work`, unless a guarded machine ends before: then that is what happened. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const done = work();
    done.catch(() => {}); // When a machine has ended, the work that then fails is only the consequence.
    try {
      return await Promise.race([done, this.#ended]);
    } catch (error) {
      // A machine's end is often felt first as a lost connection: give its own words a moment to arrive.
      await Promise.race([this.#ended, new Promise(resolve => setTimeout(resolve, lastWordsMs))]);
      throw error;
    }
  }
}
