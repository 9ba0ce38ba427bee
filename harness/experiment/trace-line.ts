/** A line of L1's trace buffer, by ftrace's `trace` file with record-tgid on and the clock `mono`. */
export type TraceLine = {
  /** Process (thread group) that caused it; 0 where ftrace did not know. */
  readonly process: number;
  /** The thread of it. */
  readonly thread: number;
  readonly seconds: number;
  readonly event: string;
  /** The event's own text. QEMU's events come as the text of tracing_mark_write. */
  readonly text: string;
};

const linePattern = /^\s*.+-(\d+)\s+\(\s*(\d+|-+)\)\s+\[\d+\]\s+\S+\s+(\d+\.\d+): (\w+): ?(.*)$/;

/** Reads a line; undefined for the comments at the top. */
export function parseTraceLine(line: string): TraceLine | undefined {
  const [, thread, process, seconds, event, text] = linePattern.exec(line) ?? [];
  if (event === undefined) return undefined;
  const common = {process: Number(process) || 0, thread: Number(thread), seconds: Number(seconds)};
  if (event !== 'tracing_mark_write') return {...common, event, text: text!};
  const [name = '', ...rest] = text!.trim().split(' ');
  return {...common, event: name, text: rest.join(' ')};
}

/** A field of a kernel event: `name=value`; 0 where there is none. */
export function field(text: string, name: string): number {
  return Number(new RegExp(`\\b${name}=(\\S+)`).exec(text)?.[1] ?? 0);
}

/** A field of a QEMU event: `name value`; 0 where there is none. */
export function word(text: string, name: string): number {
  return Number(new RegExp(`\\b${name} (\\d+)`).exec(text)?.[1] ?? 0);
}
