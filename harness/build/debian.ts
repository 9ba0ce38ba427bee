import {mkdir} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {command} from '../base/command.ts';
import {asRoot} from './host-packages.ts';
import {findMirror} from './mirror.ts';
import {inRoot} from './root.ts';
import type {Store} from './store.ts';

/** The Debian release of every root, whatever the machine runs. */
export const suite = 'trixie';

/** A folder that is to hold a small Debian. */
export type DebianRoot = {
  /** What its log is called. */
  readonly name: string;
  /** The folder to make. */
  readonly folder: string;
  readonly packages: readonly string[];
};

/**
 * Makes a small Debian with mmdebstrap, from the mirror of this machine. What it said is in the store's logs.
 * @returns what got installed: a line for each package, with its version and architecture.
 */
export async function makeDebianRoot(store: Store, {name, folder, packages}: DebianRoot): Promise<string> {
  const mirror = await findMirror();
  const lines = [
    `${mirror.main} ${suite} main`,
    ...(mirror.security ? [`${mirror.security} ${suite}-security main`] : []),
  ];
  const sources = lines.flatMap(line => [`deb ${line}`, `deb-src ${line}`]);
  const argv = ['mmdebstrap', '--variant=apt', `--include=${packages.join(',')}`, suite, folder, ...sources];
  const prefix = await asRoot(
    'mmdebstrap',
    'It makes a Debian to work in. Give this user sudo without a password, or run the harness as root.',
  );
  const logs = path.join(store.root, 'logs');
  await mkdir(logs, {recursive: true});
  const log = path.join(logs, `${name}.log`);
  await command('mmdebstrap', [...prefix, ...argv], {log, signal: store.signal, cwd: os.tmpdir()});
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a format of dpkg-query(1)
  const query = ['dpkg-query', '-W', '-f', '${Package} ${Version} ${Architecture}\n'];
  return command('dpkg-query', inRoot(folder, [], query));
}
