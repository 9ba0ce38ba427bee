import {access, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, statfs, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {asError, UserError} from '../base/errors.ts';
import type {Emit} from '../base/events.ts';
import {withLock} from '../base/lock.ts';

/**
 * The user's cache of built things, shared by all clones and safe for several runs at once. A finished
 * artifact is never changed; it is made in a folder of its own and renamed into place when complete.
 */
export type Store = {
  readonly root: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Bytes that this user may still write in a folder; by default, what its file system says. */
  readonly freeBytes?: (folder: string) => Promise<number>;
};

/** Where the cache is: `$HARNESS_CACHE`, or a folder in the user's cache folder. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  const base = env['XDG_CACHE_HOME'] || path.join(env['HOME'] || os.homedir(), '.cache');
  return path.resolve(env['HARNESS_CACHE'] || path.join(base, 'vfio-migration-harness'));
}

/** Where things are made; what killed runs leave here is removed after a day. */
export function partialFolder(root: string): string {
  return path.join(root, 'partial');
}

/** Where an artifact is, or will be. */
export function artifactPath(root: string, name: string): string {
  return path.join(root, 'store', name);
}

/** Whether there is something at this path. */
export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/**
 * Gives the folder of the artifact called `name`, made by `make` if it is not there yet. `make` fills the
 * folder it is given; two processes that want the same artifact make it once.
 */
export async function ensureArtifact(
  store: Store,
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const final = artifactPath(store.root, name);
  const started = performance.now();
  const report = (outcome: 'cached' | 'done' | 'failed'): void =>
    store.emit({kind: 'phase-end', phase: `build ${name}`, ms: performance.now() - started, outcome});
  if (await exists(final)) {
    report('cached');
    return final;
  }
  await needSpace(store);
  store.emit({kind: 'phase-start', phase: `build ${name}`});
  const onWait = (): void => store.emit({kind: 'note', message: `${name}: another run is building it; waiting`});
  try {
    await withLock(path.join(store.root, 'locks', name), {onWait, signal: store.signal}, async () => {
      if (await exists(final)) return;
      const partial = await makeFolder(partialFolder(store.root), name);
      try {
        await make(partial);
        await mkdir(path.dirname(final), {recursive: true});
        await rename(partial, final);
      } finally {
        await discard(partial);
      }
    });
  } catch (error) {
    report('failed');
    throw error;
  }
  report('done');
  return final;
}

/** A new empty folder below `parent`, whose name starts with `prefix`. */
export async function makeFolder(parent: string, prefix: string): Promise<string> {
  await mkdir(parent, {recursive: true});
  return mkdtemp(path.join(parent, `${prefix}-`));
}

/** What an artifact says of itself: a JSON file that its maker wrote beside its other files. */
export async function readMeta<T>(folder: string): Promise<T> {
  return JSON.parse(await readFile(path.join(folder, 'meta.json'), 'utf8')) as T;
}

/** Writes what `readMeta` reads. */
export async function writeMeta(folder: string, meta: unknown): Promise<void> {
  await writeFile(path.join(folder, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`);
}

/** Takes an artifact out of the store in one step, so that nobody ever finds a part of it, and removes it. */
export async function removeArtifact(root: string, folder: string): Promise<void> {
  const rubbish = await makeFolder(partialFolder(root), path.basename(folder));
  await rename(folder, path.join(rubbish, 'removed')).catch(() => {}); // Another run may have taken it away by now.
  await discard(rubbish);
}

/** Removes what runs that were killed more than a day ago left half-made. */
export async function removeLeftovers(root: string): Promise<void> {
  const partial = partialFolder(root);
  const dayAgo = Date.now() - 24 * 3600 * 1000;
  for (const name of await readdir(partial).catch(() => [])) {
    const folder = path.join(partial, name);
    const made = await stat(folder).catch(() => undefined); // Another run may have taken it away by now.
    if (made && made.mtimeMs < dayAgo) await discard(folder);
  }
}

/**
 * Removes a folder as far as it can be. What sudo's mmdebstrap left half-made belongs to root: that must neither hide
 * why the build failed nor fail the runs to come.
 */
async function discard(folder: string): Promise<void> {
  await rm(folder, {recursive: true, force: true}).catch(() => {});
}

/** Free space to ask for: a fresh cache grows to about 7 GiB, and a further series adds little to it. */
const spaceNeededGiB = {fresh: 9, more: 1};

async function needSpace({root, freeBytes = freeBytesOf}: Store): Promise<void> {
  await mkdir(root, {recursive: true}).catch(cause => {
    throw new UserError(`${root}: cannot be made: ${asError(cause).message}`, {
      hint: 'Point HARNESS_CACHE at another folder.',
      cause,
    });
  });
  const freeGiB = (await freeBytes(root)) / 2 ** 30;
  const neededGiB = (await exists(path.join(root, 'slots'))) ? spaceNeededGiB.more : spaceNeededGiB.fresh;
  if (freeGiB >= neededGiB) return;
  throw new UserError(`${root}: ${freeGiB.toFixed(1)} GiB free, builds need ${neededGiB} GiB`, {
    hint: 'Free some space, or point HARNESS_CACHE at a folder on a larger disk.',
  });
}

async function freeBytesOf(folder: string): Promise<number> {
  const {bavail, bsize} = await statfs(folder);
  return bavail * bsize;
}
