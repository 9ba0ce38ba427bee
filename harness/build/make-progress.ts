import type {Emit} from '../base/events.ts';

/** How often a build says what it is at, in ms. */
const intervalMs = 5000;

/** Turns a build's output into progress events: now and then, what is being compiled. */
export function makeReporter(emit: Emit, phase: string): (line: string) => void {
  let last = performance.now();
  let count = 0;
  return line => {
    const text = describeLine(line);
    if (text === undefined) return;
    count += 1;
    if (performance.now() - last < intervalMs) return;
    last = performance.now();
    emit({kind: 'progress', phase, text: `${text} (${count} steps so far)`});
  };
}

/** What a line of kbuild ("  CC  file"), of ninja ("[3/90] …") or of meson says is being made. */
export function describeLine(line: string): string | undefined {
  const kbuild = /^ {2}(?:\[M\] +)?(?:CC|LD|AR|AS|HOSTCC|GEN|OBJCOPY|BUILD)(?: \[M\])? +(\S+)/.exec(line);
  if (kbuild) return kbuild[1];
  return /^(\[\d+\/\d+\] .{0,80})/.exec(line)?.[1];
}
