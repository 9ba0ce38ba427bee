import {type Finding, failure, note} from './finding.ts';

/**
 * What checkpatch asks of every patch that adds a file, or that changes a header which QEMU has from Linux. The
 * answer is not in the patch.
 */
const questions = /^(WARNING:FILE_PATH_CHANGES: |WARNING: )added, moved or deleted file\(s\)/;

/** Reads what `checkpatch.pl --terse` printed of one patch. */
export function readCheckpatch(output: string): Finding[] {
  return output.split('\n').flatMap(line => {
    const [, number, message] = /^\S*:(\d+): ((?:ERROR|WARNING|CHECK):.*)$/.exec(line) ?? [];
    if (message === undefined) return [];
    const place = Number(number) || null;
    return [(questions.test(message) ? note : failure)('checkpatch', message, place)];
  });
}
