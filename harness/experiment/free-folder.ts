import {stat} from 'node:fs/promises';

/** The folder of a trial, or one beside it: an interrupted trial that is run anew keeps its logs. */
export async function freeFolder(folder: string): Promise<string> {
  const isTaken = await stat(folder).then(
    () => true,
    () => false,
  );
  return isTaken ? freeFolder(`${folder}-again`) : folder;
}
