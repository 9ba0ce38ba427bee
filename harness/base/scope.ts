/** A stack of cleanups, run last-in first-out when the scope ends. */
export class Scope implements AsyncDisposable {
  readonly #cleanups: {what: string; run: () => unknown}[] = [];
  #hasEnded = false;

  /**
   * Registers a cleanup. Call it on the line after the resource comes to life. One that comes to life when the scope has
   * ended, as a call may do that an interrupt overtook, is cleaned up at once.
   */
  defer(what: string, run: () => unknown): void {
    if (this.#hasEnded) runLate(run);
    else this.#cleanups.push({what, run});
  }

  /** Adopts a disposable and hands it back, so that it can be used in place. */
  use<T extends AsyncDisposable>(what: string, resource: T): T {
    this.defer(what, () => resource[Symbol.asyncDispose]());
    return resource;
  }

  /** Runs every cleanup, even when some fail; the failures arrive together. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: Error[] = [];
    for (let next = this.#cleanups.pop(); next; next = this.#cleanups.pop()) {
      try {
        await next.run();
      } catch (cause) {
        failures.push(new Error(`cleanup failed: ${next.what}`, {cause}));
      }
    }
    this.#hasEnded = true;
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} cleanup(s) failed`);
  }
}

/** Nobody is left to hear of a failure. */
function runLate(run: () => unknown): void {
  Promise.resolve()
    .then(run)
    .catch(() => {});
}
