import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {root} from './repo.ts';

/** Asserts that a text equals a file in harness/test/golden. `UPDATE=1` rewrites the file instead. */
export async function matchesGolden(t: ExecutionContext, name: string, text: string): Promise<void> {
  const file = path.join(root, 'harness/test/golden', name);
  if (process.env['UPDATE'] === '1') await writeFile(file, text);
  t.is(text, await readFile(file, 'utf8'));
}
