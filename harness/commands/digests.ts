import {makeDigest} from '../analysis/digest.ts';
import {kernelBaseOf} from '../analysis/outcome.ts';
import {readPatches} from '../build/patches.ts';
import {armKernelPatches} from '../experiment/artifacts.ts';
import {type Digest, isDigest, readDigest} from '../result/digest.ts';
import {readResult} from '../result/read.ts';
import {readSeries} from '../scenario/series.ts';

/** Reads a file that holds a digest, or a result, which is summed up then. */
export async function readFigures(file: string): Promise<Digest> {
  if (await isDigest(file)) return readDigest(file);
  return makeDigest({results: [await readResult(file)], base: [], variant: ''});
}

/** Whether a series has other patches now than those that a digest's figures come from. */
export async function isOutdated(repository: string, digest: Digest): Promise<boolean> {
  const {kernel, qemu} = digest.provenance;
  const measured = [...kernel.patches, ...qemu.patches].map(patch => patch.sha256);
  const base = kernelBaseOf(digest);
  const series = await readSeries(repository, digest.series, base);
  const linux = await armKernelPatches(repository, series, digest.scenario['debugKernel'] === true, base);
  const present = [...linux, ...(await readPatches(series, 'qemu'))];
  return measured.join() !== present.map(patch => patch.sha256).join();
}
