/** Gives a function that does work once all that was given to it before is over, however that ended. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return work => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}

/**
 * Does work on items, so many at a time, and begins with them in their order. When one fails, no other is begun, and the
 * failure comes once those that were begun are over.
 */
export async function inLanes<T>(lanes: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const runLane = async (): Promise<void> => {
    for (const item of left) {
      await work(item).catch(error => failures.push(error));
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({length: lanes}, runLane));
  if (failures.length > 0) throw failures[0];
}
