import type {Kernel} from '../build/kernel.ts';
import type {Qemu} from '../build/qemu.ts';
import {type CellValues, cellName} from '../result/cell.ts';
import type {Series} from '../scenario/series.ts';

/** One series under comparison, with what was built from it. */
export type Arm = {readonly series: Series; readonly kernel: Kernel; readonly qemu: Qemu};

/** A series' name as part of a file name, with the cell that it is run in: `gpa-map,liveMappings=64`. */
export function fileNameOf(series: string, cell: CellValues = {}): string {
  return nameIn(series.replaceAll('/', '-'), cell);
}

/** A series and the cell that it is run in, as messages name them: `controls/unmap-forgets,liveMappings=64`. */
export function nameIn(series: string, cell: CellValues): string {
  return [series, cellName(cell)].filter(part => part !== '').join(',');
}
