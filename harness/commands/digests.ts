import {makeDigest} from '../analysis/digest.ts';
import {type Digest, isDigest, readDigest} from '../result/digest.ts';
import {readResult} from '../result/read.ts';

/** Reads a file that holds a digest, or a result, which is summed up then. */
export async function readFigures(file: string): Promise<Digest> {
  if (await isDigest(file)) return readDigest(file);
  return makeDigest({results: [await readResult(file)], base: [], variant: ''});
}
