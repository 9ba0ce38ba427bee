import type {ExecutionContext} from 'ava';
import {UserError} from '../base/errors.ts';

/** Asserts that some work ends in a message for the user, and gives it with its hint, cleared of the folder's path. */
export async function complaintOf(
  t: ExecutionContext,
  work: Promise<unknown>,
  folder: string,
): Promise<{message: string; hint: string}> {
  const error = await t.throwsAsync(work, {instanceOf: UserError});
  const clear = (text: string): string => text.replaceAll(`${folder}/`, '');
  t.is(error?.exitCode, 2);
  return {message: clear(error!.message), hint: clear(error!.hint)};
}
