import {readdir, stat, utimes} from 'node:fs/promises';
import path from 'node:path';
import {artifactPath, removeArtifact} from './store.ts';

/** Notes that an artifact is used: of those that may go, it is the last to do so. */
export async function markUsed(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now);
}

/**
 * Removes artifacts whose names begin with `prefix`, first those that were not used for the longest, until the others
 * take up at most so many bytes.
 */
export async function trimArtifacts(root: string, prefix: string, limitBytes: number): Promise<void> {
  const all = await readdir(artifactPath(root, '.')).catch(() => []);
  const found = await Promise.all(
    all.filter(name => name.startsWith(prefix)).map(name => measure(artifactPath(root, name))),
  );
  let left = limitBytes;
  for (const {folder, bytes} of found.sort((a, b) => b.usedMs - a.usedMs)) {
    left -= bytes;
    if (left < 0) await removeArtifact(root, folder);
  }
}

/** How large an artifact is, and when it was used last. One that another run takes away meanwhile is empty. */
async function measure(folder: string): Promise<{folder: string; bytes: number; usedMs: number}> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map(name =>
      stat(path.join(folder, name)).then(
        ({size}) => size,
        () => 0,
      ),
    ),
  );
  const usedMs = await stat(folder).then(
    ({mtimeMs}) => mtimeMs,
    () => 0,
  );
  return {folder, bytes: sizes.reduce((sum, size) => sum + size, 0), usedMs};
}
