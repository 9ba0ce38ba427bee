/** A stack of cleanups, run last-in first-out when the scope ends. */
export class Scope implements AsyncDisposable {
  readonly #cleanups: {what: string; run: () => unknown}[] = [];

  /** Registers a cleanup. Call it on the line after the resource comes to life. */
  defer(what: string, run: () => unknown): void {
    this.#cleanups.push({what, run});
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
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} cleanup(s) failed`);
  }
}
