import {type CommandOptions, command, tryCommand} from '../base/command.ts';
import type {Toolchain} from './toolchain.ts';

/** A folder of the machine as the programs in the build root see it. */
export type Bind = {readonly from: string; readonly to: string; readonly writable?: boolean};

/** What of the user's environment reaches the build root: the way to the mirror. All else could change what is built. */
const passedOn = ['http_proxy', 'https_proxy', 'no_proxy'];

/** The argument list that runs `argv` inside the build root with the given folders in it. */
export function inRoot(
  root: string,
  binds: readonly Bind[],
  argv: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): string[] {
  return [
    'bwrap',
    '--die-with-parent',
    '--unshare-pid',
    '--unshare-ipc',
    ...['--ro-bind', root, '/'],
    ...['--dev', '/dev'],
    ...['--proc', '/proc'],
    ...['--tmpfs', '/tmp'],
    ...['--tmpfs', '/mnt'],
    ...binds.flatMap(({from, to, writable}) => [writable ? '--bind' : '--ro-bind', from, `/mnt${to}`]),
    ...['--chdir', '/mnt'],
    '--clearenv',
    ...passedOn.flatMap(name => (env[name] === undefined ? [] : ['--setenv', name, env[name]])),
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
  options: CommandOptions = {},
): Promise<string> {
  return command(what, buildArgv(toolchain, binds, argv), options);
}

/** Like `build`, for a step whose failure the caller explains. */
export async function tryBuild(
  toolchain: Toolchain,
  binds: readonly Bind[],
  argv: readonly string[],
  options: CommandOptions = {},
): ReturnType<typeof tryCommand> {
  return tryCommand(buildArgv(toolchain, binds, argv), options);
}

function buildArgv(toolchain: Toolchain, binds: readonly Bind[], argv: readonly string[]): string[] {
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
  return inRoot(toolchain.root, all, ['env', ...env, ...argv]);
}
