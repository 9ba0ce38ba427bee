import {readFile} from 'node:fs/promises';
import {command} from '../base/command.ts';
import {UserError} from '../base/errors.ts';

/** Where Debian packages come from: the main archive, and the security archive if there is one. */
export type Mirror = {readonly main: string; readonly security: string | null};

/**
 * The Debian mirror to use: `$HARNESS_DEBIAN_MIRROR` (and `$HARNESS_DEBIAN_SECURITY_MIRROR`), or the one this
 * machine's own apt is configured for.
 */
export async function findMirror(env: NodeJS.ProcessEnv = process.env): Promise<Mirror> {
  const main = env['HARNESS_DEBIAN_MIRROR'];
  if (main) return {main, security: env['HARNESS_DEBIAN_SECURITY_MIRROR'] || null};
  const targets = await command('apt-get indextargets', [
    ...['apt-get', 'indextargets'],
    ...['--format', '$(REPO_URI) $(RELEASE)'],
    'Created-By: Packages',
    'Component: main',
  ]);
  return chooseMirror(targets, await codename());
}

/** Picks the archives of Debian `release` out of lines of the form "URI RELEASE"; the first of each counts. */
export function chooseMirror(targets: string, release: string): Mirror {
  // Other vendors' archives may use Debian's names too; they come last, from files in sources.list.d.
  const lines = targets.trim().split('\n').reverse();
  const uris = new Map(lines.map(line => line.split(' ').reverse() as [string, string]));
  const main = uris.get(release);
  if (!main || !release) {
    throw new UserError('no Debian mirror is configured for apt on this machine', {
      hint: 'Set HARNESS_DEBIAN_MIRROR to the address of a Debian mirror (and HARNESS_DEBIAN_SECURITY_MIRROR likewise).',
    });
  }
  return {main, security: uris.get(`${release}-security`) ?? null};
}

/** The code name of the Debian release that this machine runs; empty on another system. */
async function codename(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID=debian$/m.test(release)) return '';
  return /^VERSION_CODENAME=(.+)$/m.exec(release)?.[1] ?? '';
}
