import {type CommandOptions, command, tryCommand} from '../base/command.ts';
import type {Toolchain} from './toolchain.ts';

/** A folder of the machine as the programs in the build root see it. */
export type Bind = {readonly from: string; readonly to: string; readonly writable?: boolean};

/** What of the user's environment a step that fetches gets to see: the way to the mirror. */
const wayToMirror = ['http_proxy', 'https_proxy', 'no_proxy'];

/** How a build step is run. */
export type BuildOptions = CommandOptions & {
  /** It fetches something. All other steps have no network, so that only what is recorded can be built. */
  readonly online?: boolean;
};

/**
 * The argument list that runs `argv` inside the build root with the given folders in it. Nothing of the user's
 * environment gets there, and the network only for a step that is given `online`, the environment with the proxies.
 */
export function inRoot(
  root: string,
  binds: readonly Bind[],
  argv: readonly string[],
  online?: NodeJS.ProcessEnv,
): string[] {
  return [
    'bwrap',
    '--die-with-parent',
    '--unshare-pid',
    '--unshare-ipc',
    ...(online ? [] : ['--unshare-net']),
    ...['--ro-bind', root, '/'],
    ...(online ? ['--ro-bind', '/etc/resolv.conf', '/etc/resolv.conf'] : []),
    ...['--dev', '/dev'],
    ...['--proc', '/proc'],
    ...['--tmpfs', '/tmp'],
    ...['--tmpfs', '/mnt'],
    ...binds.flatMap(({from, to, writable}) => [writable ? '--bind' : '--ro-bind', from, `/mnt${to}`]),
    ...['--chdir', '/mnt'],
    '--clearenv',
    ...wayToMirror.flatMap(name => (online?.[name] === undefined ? [] : ['--setenv', name, online[name]])),
    ...['--setenv', 'HOME', '/tmp'],
    ...['--setenv', 'LC_ALL', 'C.UTF-8'],
    ...['--setenv', 'PATH', '/usr/lib/ccache:/usr/sbin:/usr/bin:/sbin:/bin'],
    ...argv,
  ];
}

/** Runs a build step in the toolchain, with ccache and a fixed identity, so that equal inputs give equal bytes. */
export async function build(
  toolchain: Toolchain,
  what: string,
  binds: readonly Bind[],
  argv: readonly string[],
  options: BuildOptions = {},
): Promise<string> {
  return command(what, buildArgv(toolchain, binds, argv, options), options);
}

/** Like `build`, for a step whose failure the caller explains. */
export async function tryBuild(
  toolchain: Toolchain,
  binds: readonly Bind[],
  argv: readonly string[],
  options: BuildOptions = {},
): ReturnType<typeof tryCommand> {
  return tryCommand(buildArgv(toolchain, binds, argv, options), options);
}

function buildArgv(
  toolchain: Toolchain,
  binds: readonly Bind[],
  argv: readonly string[],
  {online}: BuildOptions,
): string[] {
  const fixed = {
    CCACHE_DIR: '/mnt/ccache',
    CCACHE_MAXSIZE: '5G',
    KBUILD_BUILD_TIMESTAMP: 'Thu Jan  1 00:00:00 UTC 1970',
    KBUILD_BUILD_USER: 'harness',
    KBUILD_BUILD_HOST: 'harness',
    SOURCE_DATE_EPOCH: '0',
  };
  const env = Object.entries(fixed).map(([key, value]) => `${key}=${value}`);
  const all = [...binds, {from: toolchain.ccache, to: '/ccache', writable: true}];
  return inRoot(toolchain.root, all, ['env', ...env, ...argv], online ? process.env : undefined);
}
