import {mkdir, readdir, readFile, symlink, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {UserError} from '../../base/errors.ts';
import type {Event} from '../../base/events.ts';
import {Scope} from '../../base/scope.ts';
import {
  artifactPath,
  cacheRoot,
  ensureArtifact,
  partialFolder,
  readMeta,
  removeArtifact,
  removeLeftovers,
  type Store,
  writeMeta,
} from '../../build/store.ts';
import {temporaryFolder} from '../folder.ts';

async function makeStore(scope: Scope, freeGiB = 9): Promise<Store & {readonly events: Event[]}> {
  const events: Event[] = [];
  const root = await temporaryFolder(scope, {});
  const freeBytes = async (): Promise<number> => freeGiB * 2 ** 30;
  return {root, events, freeBytes, emit: event => events.push(event), signal: new AbortController().signal};
}

const outcomes = (events: readonly Event[]): string[] =>
  events.flatMap(event => (event.kind === 'phase-end' ? [event.outcome] : []));

test('an artifact goes in one step', async t => {
  await using scope = new Scope();
  const {root} = await makeStore(scope);
  const folder = artifactPath(root, 'saved-1');
  await mkdir(folder, {recursive: true});
  await Promise.all(Array.from({length: 500}, (_, file) => writeFile(path.join(folder, String(file)), '')));
  let isGone = false;
  const removal = removeArtifact(root, folder).then(() => {
    isGone = true;
  });
  const counts = new Set<number | undefined>();
  while (!isGone) {
    counts.add(
      await readdir(folder).then(
        ({length}) => length,
        () => undefined,
      ),
    );
  }
  await removal;
  counts.delete(500);
  t.deepEqual([...counts], [undefined]);
  t.deepEqual(await readdir(partialFolder(root)), []);
  await t.notThrowsAsync(removeArtifact(root, folder), 'another run may have taken it away');
});

test('an artifact is made once, and then there', async t => {
  await using scope = new Scope();
  const store = await makeStore(scope);
  let makes = 0;
  const make = async (folder: string): Promise<void> => {
    makes += 1;
    await writeMeta(folder, {made: makes});
  };
  const folder = await ensureArtifact(store, 'kernel-1', make);
  t.is(folder, artifactPath(store.root, 'kernel-1'));
  t.deepEqual(await readMeta(folder), {made: 1});
  t.is(await ensureArtifact(store, 'kernel-1', make), folder);
  t.is(makes, 1);
  t.deepEqual(outcomes(store.events), ['done', 'cached']);
});

test('two callers at once make it once, and the one that waits says so', async t => {
  await using scope = new Scope();
  const store = await makeStore(scope);
  let makes = 0;
  const make = async (folder: string): Promise<void> => {
    makes += 1;
    await new Promise(resolve => setTimeout(resolve, 50));
    await writeFile(path.join(folder, 'f'), '');
  };
  const folders = await Promise.all([ensureArtifact(store, 'x', make), ensureArtifact(store, 'x', make)]);
  t.is(folders[0], folders[1]);
  t.is(makes, 1);
  t.deepEqual(
    store.events.filter(event => event.kind === 'note'),
    [{kind: 'note', message: 'x: another run is building it; waiting'}],
  );
});

test('a maker that fails leaves nothing behind, and the next one starts anew', async t => {
  await using scope = new Scope();
  const store = await makeStore(scope);
  const fail = async (folder: string): Promise<void> => {
    await writeFile(path.join(folder, 'half'), '');
    throw new Error('no compiler');
  };
  await t.throwsAsync(ensureArtifact(store, 'x', fail), {message: 'no compiler'});
  t.deepEqual(await readdir(path.join(store.root, 'partial')), []);
  t.deepEqual(outcomes(store.events), ['failed']);
  const folder = await ensureArtifact(store, 'x', partial => writeFile(path.join(partial, 'f'), 'whole'));
  t.deepEqual(await readdir(folder), ['f']);
  t.is(await readFile(path.join(folder, 'f'), 'utf8'), 'whole');
});

test('a fresh cache needs room for everything, one that has grown for little more', async t => {
  await using scope = new Scope();
  const make = async (): Promise<void> => {};
  const fresh = await makeStore(scope, 8.94);
  const refused = await t.throwsAsync(ensureArtifact(fresh, 'x', make), {instanceOf: UserError});
  t.is(refused!.message, `${fresh.root}: 8.9 GiB free, builds need 9 GiB`);
  await mkdir(path.join(fresh.root, 'slots'));
  await t.notThrowsAsync(ensureArtifact(fresh, 'x', make));
  const full = await makeStore(scope, 0.99);
  await mkdir(path.join(full.root, 'slots'));
  await t.throwsAsync(ensureArtifact(full, 'x', make), {message: /: 1\.0 GiB free, builds need 1 GiB$/});
});

test('the free space is what the file system says', async t => {
  await using scope = new Scope();
  const {freeBytes: _, ...store} = await makeStore(scope);
  await mkdir(path.join(store.root, 'slots'));
  await t.notThrowsAsync(ensureArtifact(store, 'x', async () => {}));
});

test('a cache that cannot be made is told to the user', async t => {
  await using scope = new Scope();
  const store = await makeStore(scope);
  await writeFile(path.join(store.root, 'file'), '');
  const broken = {...store, root: path.join(store.root, 'file/cache')};
  const error = await t.throwsAsync(
    ensureArtifact(broken, 'x', async () => {}),
    {instanceOf: UserError},
  );
  t.regex(error!.message, /file\/cache: cannot be made: ENOTDIR/);
});

test('what killed runs left is removed after a day, and not before', async t => {
  await using scope = new Scope();
  const root = await temporaryFolder(scope, {'partial/old/f': '', 'partial/new/f': ''});
  const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 3600;
  await utimes(path.join(root, 'partial/old'), twoDaysAgo, twoDaysAgo);
  await removeLeftovers(root);
  t.deepEqual(await readdir(path.join(root, 'partial')), ['new']);
  await removeLeftovers(path.join(root, 'nowhere'));
  await symlink('nowhere', path.join(root, 'partial/taken'));
  await t.notThrowsAsync(removeLeftovers(root), 'another run may clear up at the same time');
});

const cache = test.macro((t, env: NodeJS.ProcessEnv, expected: string) => t.is(cacheRoot(env), expected));

test('the cache is where HARNESS_CACHE says', cache, {HARNESS_CACHE: '/c', HOME: '/h'}, '/c');
test('the cache is in the user’s cache folder', cache, {XDG_CACHE_HOME: '/x', HOME: '/h'}, '/x/vfio-migration-harness');
test('the cache is below the home folder', cache, {HOME: '/h'}, '/h/.cache/vfio-migration-harness');
