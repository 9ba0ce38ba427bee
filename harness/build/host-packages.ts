import {command, tryCommand} from '../base/command.ts';
import {UserError} from '../base/errors.ts';
import {type Emit, phase} from '../base/events.ts';
import {exists} from './store.ts';

/** What the harness needs of the machine it runs on: a file that shows it is there, and its Debian package. */
const needed: readonly {readonly file: string; readonly package: string}[] = [
  {file: '/usr/bin/mmdebstrap', package: 'mmdebstrap'},
  {file: '/usr/bin/bwrap', package: 'bubblewrap'},
  {file: '/usr/bin/qemu-system-x86_64', package: 'qemu-system-x86'},
  {file: '/usr/bin/setpriv', package: 'util-linux'},
  {file: '/usr/share/keyrings/debian-archive-keyring.gpg', package: 'debian-archive-keyring'},
];

/** Packages that are missing on this machine. */
export async function missingPackages(): Promise<string[]> {
  const found = await Promise.all(needed.map(({file}) => exists(file)));
  return needed.filter((_, index) => !found[index]).map(({package: name}) => name);
}

/**
 * The prefix that makes a command run as root: nothing for root, `sudo -n` where that works.
 * @throws UserError where neither is possible; `remedy` says what the user can do himself.
 */
export async function asRoot(what: string, remedy: string): Promise<readonly string[]> {
  if (process.getuid?.() === 0) return [];
  const sudo = await tryCommand(['sudo', '-n', 'true']).catch(() => undefined);
  if (sudo?.exitCode === 0) return ['sudo', '-n'];
  throw new UserError(`${what} needs root, or sudo without a password`, {hint: remedy});
}

/** The oldest QEMU that runs L1 as it must, as [major, minor]. */
const oldestQemu = [7, 2] as const;

/** Fails where the QEMU that calls itself so (`qemu-system-x86_64 --version`) is too old to run L1. */
export function requireQemu(version: string): void {
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(version) ?? [];
  const [wantedMajor, wantedMinor] = oldestQemu;
  const isNew = Number(major) > wantedMajor || (Number(major) === wantedMajor && Number(minor) >= wantedMinor);
  if (isNew) return;
  throw new UserError(`qemu-system-x86_64 is too old: ${version.split('\n')[0]}`, {
    hint: `L1 needs QEMU ${oldestQemu.join('.')} or newer, as in Debian 12. Check that no other stands first on the PATH.`,
  });
}

/** Installs the packages that are missing, and looks at the QEMU there is. */
export async function ensureHostPackages(emit: Emit, signal: AbortSignal): Promise<void> {
  const missing = await missingPackages();
  if (missing.length > 0) await install(missing, emit, signal);
  requireQemu(await command('qemu-system-x86_64 --version', ['qemu-system-x86_64', '--version']));
}

async function install(missing: readonly string[], emit: Emit, signal: AbortSignal): Promise<void> {
  const argv = ['apt-get', 'install', '--yes', '--no-install-recommends', ...missing];
  const byHand = `apt-get update && ${argv.join(' ')}`;
  const root = await asRoot(`installing ${missing.join(', ')}`, `Run this as root, then try again: ${byHand}`);
  await phase(emit, `install ${missing.join(' ')}`, async () => {
    const env = {DEBIAN_FRONTEND: 'noninteractive'};
    await command('apt-get update', [...root, 'apt-get', 'update'], {env, signal});
    await command('apt-get install', [...root, ...argv], {env, signal});
  });
}
