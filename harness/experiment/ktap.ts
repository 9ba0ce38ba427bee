import type {Trial} from '../result/schema.ts';

type Ktap = NonNullable<Trial['ktap']>;

/**
 * Reads what a program says in the Kernel Test Anything Protocol, and adds it to what others said before.
 * @throws Error when it did not come to its end.
 */
export function readKtap(program: string, output: string, before?: Ktap): Ktap {
  const sum: Ktap = {
    passed: before?.passed ?? 0,
    failed: before?.failed ?? 0,
    skipped: before?.skipped ?? 0,
    failures: [...(before?.failures ?? [])],
  };
  const planned = Number(/^1\.\.(\d+)/m.exec(output)?.[1] ?? 0);
  const results = [...output.matchAll(/^(not )?ok (\d+) (.*)\n?((?:#.*\n?)*)/gm)];
  if (planned === 0 || results.length !== planned) {
    throw new Error(`${program} came to ${results.length} of ${planned} tests: ${lastLine(output)}`);
  }
  for (const [, not, number, name, detail] of results) {
    if (not) {
      sum.failed += 1;
      sum.failures.push({number: Number(number), name: `${program}: ${name}`, detail: firstComment(detail!)});
    } else if (/ # SKIP\b/.test(name!)) {
      sum.skipped += 1;
    } else {
      sum.passed += 1;
    }
  }
  return sum;
}

/** The first line that a test said about itself, without the mark of a comment. */
function firstComment(text: string): string {
  return /^# *(.*)$/m.exec(text)?.[1] ?? '';
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
