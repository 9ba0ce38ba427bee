import {findMirror} from './mirror.ts';
import {build} from './root.ts';
import type {Store} from './store.ts';
import type {Toolchain} from './toolchain.ts';

/** Something to fetch with apt. */
export type AptDownload = {
  /** The package, or the packages, as messages call it. */
  readonly package: string;
  /** The command that fetches it into the present folder. */
  readonly download: string;
  /** The release it comes from, where that is not the one of the build root. */
  readonly suite?: string;
};

/**
 * How apt is told to take lists of its own. Those of sid expire within days, and a mirror that is a snapshot has older
 * ones. They are signed all the same.
 */
const otherSuite = [
  'Dir::Etc::SourceList "/tmp/sources.list";',
  'Dir::Etc::SourceParts "-";',
  'Acquire::Check-Valid-Until "false";',
];

/**
 * Downloads into a folder with lists that are fetched anew, kept in memory, so that the build root stays as it was
 * made.
 */
export async function aptDownload(
  store: Store,
  toolchain: Toolchain,
  folder: string,
  {package: name, download, suite}: AptDownload,
): Promise<void> {
  const configuration = [
    'APT::Sandbox::User "root";',
    'Dir::State::Lists "/tmp/apt/lists";',
    'Dir::Cache "/tmp/apt";',
    ...(suite ? otherSuite : []),
  ];
  const script = [
    'mkdir -p /tmp/apt/lists/partial /tmp/apt/archives/partial',
    ...(suite ? [writeLines('/tmp/sources.list', [`deb ${(await findMirror()).main} ${suite} main`])] : []),
    writeLines('/tmp/apt.conf', configuration),
    'export APT_CONFIG=/tmp/apt.conf',
    'apt-get update -qq',
    download,
  ];
  await inFolder(store, toolchain, folder, `fetching ${name}`, script.join('\n'), true);
}

/** Runs a script in the build root, in a folder of this machine. */
export async function inFolder(
  store: Store,
  toolchain: Toolchain,
  folder: string,
  what: string,
  script: string,
  online = false,
): Promise<void> {
  const binds = [{from: folder, to: '/out', writable: true}];
  await build(toolchain, what, binds, ['sh', '-ec', `cd /mnt/out\n${script}`], {signal: store.signal, online});
}

function writeLines(file: string, lines: readonly string[]): string {
  return `printf '%s\\n' ${lines.map(line => `'${line}'`).join(' ')} > ${file}`;
}
