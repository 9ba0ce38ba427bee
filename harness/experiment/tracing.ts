import {gunzipSync} from 'node:zlib';
import type {Shell} from '../machine/shell.ts';

/** Empties L1's trace buffer and lets it record. */
export async function startTrace(l1: Shell): Promise<void> {
  await l1.run('starting the trace', 'cd /sys/kernel/tracing; echo > trace; echo 1 > tracing_on');
}

/** Ends the recording; what is recorded stays. */
export async function stopTrace(l1: Shell): Promise<void> {
  await l1.run('stopping the trace', 'echo 0 > /sys/kernel/tracing/tracing_on');
}

/** Fetches the whole trace as text, and how many events had no room in the buffer. */
export async function readTrace(l1: Shell): Promise<{text: string; lostEvents: number}> {
  const lost = await l1.run(
    'counting lost events',
    `awk '/^(overrun|dropped events):/ {sum += $NF} END {print sum + 0}' /sys/kernel/tracing/per_cpu/cpu*/stats`,
  );
  const packed = await l1.runForBytes('reading the trace', 'gzip -1 -c /sys/kernel/tracing/trace', 120_000);
  return {text: gunzipSync(packed).toString(), lostEvents: Number(lost)};
}
