/** Lines with which a kernel says that something went badly wrong. */
const splats: readonly RegExp[] = [
  /\bBUG: /,
  /\bkernel BUG at /,
  /\bBUG \S+ \((?:Not t|T)ainted/, // SLUB's checks.
  /\bWARNING: CPU: \d/,
  /\bWARNING: (?:\S+:\d+ )?at \S+, CPU#\d/, // The same, since Linux 6.18.
  /\bWARNING: (?:possible |suspicious |inconsistent |bad unlock|held lock|lock held|nested lock|\w+-safe -> )/,
  /\bKernel panic - not syncing\b/,
  /\bOops: /,
  /\bgeneral protection fault\b/,
  /\bdivide error: /,
  /\binvalid opcode: /,
  /\bUnable to handle kernel\b/,
  /\bINFO: task .* blocked for more than \d+ seconds/,
  /\brcu: INFO: .* (?:stall|self-detected)/,
  /\bINFO: possible /, // Lockdep, in older kernels.
  /\bINFO: trying to register non-static key\b/,
  /\bhard LOCKUP\b/,
  /\bkmemleak: \d+ new suspected memory leaks\b/,
  /\bOut of memory: Killed process\b/,
  /\bUBSAN: /,
  /\bDMAR: \[.*fault reason\b/,
  /\brefcount_t: /,
];

/** Whether a console line starts the report of a fault: an oops, a warning, a lockdep or KASAN report, a hang. */
export function isSplat(line: string): boolean {
  return splats.some(pattern => pattern.test(line));
}
