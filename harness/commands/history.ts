import {historyLine} from '../analysis/history-line.ts';
import type {HistoryLine} from '../result/history.ts';
import {appendHistory, type History, readHistory} from '../result/history-file.ts';
import type {Result} from '../result/schema.ts';
import type {Context} from './context.ts';

/** Appends the results that a history does not have, and gives all that it holds then. */
export async function keepResults(
  file: string,
  results: readonly Result[],
  emit: Context['emit'],
): Promise<readonly HistoryLine[]> {
  const onWait = (): void => emit({kind: 'note', message: `waiting for another process that writes to ${file}`});
  const history = await appendHistory(file, results.map(historyLine), onWait);
  emit({kind: 'note', message: `${file}: ${history.appended} of ${results.length} results are new`});
  return complete(file, history, emit);
}

/** All that a history holds. */
export async function allResults(file: string, emit: Context['emit']): Promise<readonly HistoryLine[]> {
  return complete(file, await readHistory(file), emit);
}

function complete(file: string, {lines, isCut}: History, emit: Context['emit']): readonly HistoryLine[] {
  const why = 'the process that wrote it was killed, and it does not count: append its run anew';
  if (isCut) emit({kind: 'warning', message: `${file}: its last line is only a part of one; ${why}`});
  return lines;
}
