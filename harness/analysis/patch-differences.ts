import type {Result} from '../result/schema.ts';
import type {Difference} from './differences.ts';

/** In which patches two builds differ, by the first digits of their hashes; nothing where they do not. */
export function patchDifferences(first: Pick<Result, 'provenance'>, other: Pick<Result, 'provenance'>): Difference[] {
  const hashes = ({provenance: {kernel, qemu}}: Pick<Result, 'provenance'>): string =>
    [...kernel.patches, ...qemu.patches].map(patch => patch.sha256.slice(0, 8)).join(' ');
  return hashes(first) === hashes(other) ? [] : [{what: 'patches', base: hashes(first), other: hashes(other)}];
}
