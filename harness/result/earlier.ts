import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {UserError} from '../base/errors.ts';
import {readResults} from './read.ts';
import type {Result} from './schema.ts';

/** A run that is to go on. */
export type EarlierRun = {
  readonly folder: string;
  /** What its arms have found so far. */
  readonly results: readonly Result[];
  /** Fails where trials that would come about as `now` says cannot join those of `then`. */
  readonly check: (then: Result, now: Result) => void;
};

/** All results in the folder of a run. */
export async function readRun(folder: string): Promise<Result[]> {
  return readResults(await resultFiles(folder));
}

/** The files of all results in the folder of a run. */
export async function resultFiles(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.json')).sort();
  if (names.length === 0) {
    throw new UserError(`${folder}: no results`, {hint: 'Name the folder of a run: results/<run>.'});
  }
  return names.map(name => path.join(folder, name));
}
