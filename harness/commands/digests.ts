import {makeDigest} from '../analysis/digest.ts';
import {readPatches} from '../build/patches.ts';
import {type Digest, isDigest, readDigest} from '../result/digest.ts';
import {readResult} from '../result/read.ts';
import type {Series} from '../scenario/series.ts';

/** Reads a file that holds a digest, or a result, which is summed up then. */
export async function readFigures(file: string): Promise<Digest> {
  if (await isDigest(file)) return readDigest(file);
  return makeDigest({results: [await readResult(file)], base: [], variant: ''});
}

/** The hashes of the patches that a digest's figures come from. */
export function measuredPatches({provenance: {kernel, qemu}}: Digest): string[] {
  return [...kernel.patches, ...qemu.patches].map(patch => patch.sha256);
}

/** The hashes of the patches that a series has now, likewise. */
export async function patchHashes(series: Series): Promise<string[]> {
  const patches = [...(await readPatches(series, 'linux')), ...(await readPatches(series, 'qemu'))];
  return patches.map(patch => patch.sha256);
}
