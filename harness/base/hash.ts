import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {pipeline} from 'node:stream/promises';

/** Hex sha256 of a file's content. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Hex sha256 of a folder of our own (small): the names and contents of all files below it. */
export async function hashFolder(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const entry of await filesBelow(folder)) {
    hash
      .update(`${entry}\0`)
      .update(await readFile(path.join(folder, entry)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Paths of all files below a folder, relative to it, sorted. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true});
  return entries
    .filter(entry => entry.isFile())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
