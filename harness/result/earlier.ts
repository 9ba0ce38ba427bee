import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {UserError} from '../base/errors.ts';
import {readResult} from './read.ts';
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
  const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.json')).sort();
  if (names.length === 0) {
    throw new UserError(`${folder}: no results`, {hint: 'Name the folder of a run: results/<run>.'});
  }
  return Promise.all(names.map(name => readResult(path.join(folder, name))));
}
