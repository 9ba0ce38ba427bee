import path from 'node:path';
import puppeteer, {type Browser} from 'puppeteer-core';
import type {Scope} from '../../base/scope.ts';
import {makeDebianRoot, suite} from '../../build/debian.ts';
import {inRoot} from '../../build/root.ts';
import {cacheRoot, ensureArtifact, type Store, writeMeta} from '../../build/store.ts';
import {fingerprint} from '../../plan/fingerprint.ts';

/** What the root of the browser consists of. */
const packages = ['chromium-headless-shell', 'fonts-dejavu-core'];

/** Where the browser finds the folder that it is to show. */
export const shownAt = '/mnt/shown';

/** Gives a Debian with Chromium in it, made with mmdebstrap if it is not there yet. */
export async function ensureChromium(store: Store): Promise<string> {
  const folder = await ensureArtifact(store, `chromium-${fingerprint({suite, packages})}`, async partial => {
    const installed = await makeDebianRoot(store, {name: 'chromium', folder: path.join(partial, 'root'), packages});
    await writeMeta(partial, {packages: installed.trim().split('\n')});
  });
  return path.join(folder, 'root');
}

/**
 * Starts a headless Chromium that sees one folder, at `shownAt`, and no network: it has a network namespace of its own
 * with nothing in it. The scope ends it.
 */
export async function startChromium(scope: Scope, folder: string): Promise<Browser> {
  const store = {root: cacheRoot(), emit: () => {}, signal: new AbortController().signal};
  const root = await ensureChromium(store);
  const [, ...args] = inRoot(
    root,
    [{from: folder, to: '/shown'}],
    [
      'chromium-headless-shell',
      '--no-sandbox', // The sandbox is bwrap's; Chromium's own does not nest in it.
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--user-data-dir=/tmp/profile',
      '--remote-debugging-pipe',
      'about:blank',
    ],
  );
  const browser = await puppeteer.launch({
    executablePath: '/usr/bin/bwrap',
    args,
    ignoreDefaultArgs: true,
    pipe: true,
    timeout: 120_000,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  scope.defer('close Chromium', () => browser.close());
  return browser;
}
