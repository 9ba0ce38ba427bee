import path from 'node:path';

/** The root of the repository. Tests run from harness/dist/test. */
export const root = path.resolve(import.meta.dirname, '../../..');
