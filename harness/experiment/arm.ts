import type {Kernel} from '../build/kernel.ts';
import type {Qemu} from '../build/qemu.ts';
import type {Series} from '../scenario/series.ts';

/** One series under comparison, with what was built from it. */
export type Arm = {readonly series: Series; readonly kernel: Kernel; readonly qemu: Qemu};

/** A series' name as part of a file name. */
export function fileNameOf(series: string): string {
  return series.replaceAll('/', '-');
}
