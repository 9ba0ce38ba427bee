import os from 'node:os';

/** How many jobs a build runs at once. */
export function cores(): number {
  return os.availableParallelism();
}
