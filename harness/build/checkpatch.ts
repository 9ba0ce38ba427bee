import {UserError} from '../base/errors.ts';
import {fingerprint} from '../plan/fingerprint.ts';
import {readCheckpatch} from '../posting/checkpatch.ts';
import type {Finding} from '../posting/finding.ts';
import type {Patch} from './patches.ts';
import {tryBuild} from './root.ts';
import {contentOf, type SourceTree} from './sources.ts';
import {ensureArtifact, readMeta, type Store, writeMeta} from './store.ts';
import type {Toolchain} from './toolchain.ts';

/** How each project's own checkpatch is called. QEMU's has neither types nor anything stricter. */
const options = {linux: ['--strict', '--show-types'], qemu: []} as const;

/** Goes up when the steps below change. */
const recipe = 1;

/** Runs the checkpatch.pl of a tree over a patch, or gives what it said of the same patch before. */
export async function runCheckpatch(
  store: Store,
  toolchain: Toolchain,
  tree: SourceTree,
  patch: Patch,
): Promise<Finding[]> {
  const inputs = {toolchain: toolchain.fingerprint, source: contentOf(tree), patch: patch.sha256, recipe};
  const silent = {...store, emit: () => {}}; // It takes a second.
  const folder = await ensureArtifact(silent, `checkpatch-${fingerprint(inputs)}`, async partial => {
    const binds = [{from: tree.folder, to: '/src'}];
    const argv = ['perl', 'scripts/checkpatch.pl', '--terse', '--no-summary', ...options[tree.project], '-'];
    const {exitCode, all} = await tryBuild(toolchain, binds, ['env', '--chdir=/mnt/src', ...argv], {
      input: patch.text,
      signal: store.signal,
    });
    const findings = readCheckpatch(all);
    if (exitCode !== 0 && findings.length === 0) {
      throw new UserError(`checkpatch.pl cannot be run on ${patch.file}:\n${all.trim()}`, {
        hint: `It is the one in ${tree.folder}.`,
      });
    }
    await writeMeta(partial, findings);
  });
  return readMeta<Finding[]>(folder);
}
