import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {command} from '../base/command.ts';
import {fingerprint, sha256} from '../plan/fingerprint.ts';
import {makeDebianRoot, suite} from './debian.ts';
import {readListFile} from './list-file.ts';
import {inRoot} from './root.ts';
import {artifactPath, ensureArtifact, exists, readMeta, type Store, writeMeta} from './store.ts';

/** The build root: a folder with a small Debian in it, in which every compiler and tool runs. */
export type Toolchain = {
  readonly root: string;
  /** Names the exact packages in the root. */
  readonly fingerprint: string;
  /** The compiler's own version line. */
  readonly compiler: string;
  /** Where ccache keeps its objects, shared by all builds with this toolchain. */
  readonly ccache: string;
};

type ToolchainMeta = Pick<Toolchain, 'fingerprint' | 'compiler'> & {readonly packages: readonly string[]};

/** Gives the build root, made with mmdebstrap if it is not there yet. */
export async function ensureToolchain(store: Store, packageFile: string): Promise<Toolchain> {
  const packages = await readPackages(packageFile);
  const folder = await ensureArtifact(store, toolchainName(packages), async partial => {
    const root = path.join(partial, 'root');
    const installed = await makeDebianRoot(store, {name: 'toolchain', folder: root, packages});
    await mkdir(path.join(partial, 'empty'));
    const compiler = (await command('gcc', inRoot(root, [], ['gcc', '--version']))).split('\n')[0]!;
    const meta: ToolchainMeta = {
      fingerprint: sha256(installed).slice(0, 16),
      compiler,
      packages: installed.trim().split('\n'),
    };
    await writeMeta(partial, meta);
  });
  return toolchainAt(store, folder);
}

/** The toolchain that is already there, if it is. */
export async function findToolchain(store: Store, packageFile: string): Promise<Toolchain | undefined> {
  const folder = artifactPath(store.root, toolchainName(await readPackages(packageFile)));
  return (await exists(folder)) ? toolchainAt(store, folder) : undefined;
}

async function toolchainAt(store: Store, folder: string): Promise<Toolchain> {
  const meta = await readMeta<ToolchainMeta>(folder);
  const ccache = path.join(store.root, 'ccache');
  await mkdir(ccache, {recursive: true});
  return {root: path.join(folder, 'root'), fingerprint: meta.fingerprint, compiler: meta.compiler, ccache};
}

function toolchainName(packages: readonly string[]): string {
  return `toolchain-${fingerprint({suite, packages})}`;
}

async function readPackages(file: string): Promise<string[]> {
  return (await readListFile(file)).sort();
}
