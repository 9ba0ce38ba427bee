import {mkdir, open, rename, rm} from 'node:fs/promises';
import {asError, UserError} from '../base/errors.ts';
import {type Result, resultSchema} from './schema.ts';

/** Makes a folder for results, and those above it. */
export async function makeResultsFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, {recursive: true});
  } catch (cause) {
    throw new UserError(`${folder}: cannot be made`, {hint: 'Name another folder with --out.', cause});
  }
}

/** Writes a result so that a reader finds the old file or the whole new one, even after a crash. */
export async function writeResult(file: string, result: Result): Promise<void> {
  await writeWhole(file, `${JSON.stringify(resultSchema.parse(result), undefined, 2)}\n`);
}

/** Writes a file so that a reader finds the old text or the whole new one. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    await writeDurably(unfinished, text);
    await rename(unfinished, file);
  } catch (cause) {
    await rm(unfinished, {force: true});
    throw new UserError(`cannot write the result ${file}: ${asError(cause).message}`, {
      hint: 'Check that the directory is writable and that the disk has room.',
      cause,
    });
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
