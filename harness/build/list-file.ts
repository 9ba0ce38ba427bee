import {readFile} from 'node:fs/promises';

/** Reads a file that has an entry a line; `#` begins a comment. */
export async function readListFile(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').map(line => line.replace(/#.*/, '').trim());
  return lines.filter(line => line !== '');
}
