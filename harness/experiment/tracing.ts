import {gunzipSync} from 'node:zlib';
import type {Shell} from '../machine/shell.ts';
import type {Scenario} from '../scenario/schema.ts';

/** The trace buffer of each processor of L1. */
const bufferKiB = {events: 32_768, locks: 131_072};

/** Has L1's kernel record what a scenario wants, once the trace is started; after type1 is loaded. */
export function tracingSetUp({tracing}: Scenario): string {
  if (tracing === 'off') return '';
  return `
    cd /sys/kernel/tracing
    echo 0 > tracing_on
    echo mono > trace_clock
    echo ${bufferKiB[tracing]} > buffer_size_kb
    echo 1 > options/record-tgid
    echo 1 > events/vfio_iommu_type1/enable
    ${tracing === 'locks' ? traceLocks : ''}`;
}

/**
 * Records the mutexes that type1 takes and lets go, and when those that somebody waited for were found taken, and got. The
 * kernel has no event for a lock that nobody waits for; so there are probes, which count where the caller lies in type1's
 * text: from its first symbol to the end of the page of its last one. Addresses stand as they are, so that both kinds of
 * events tell of the same mutex.
 */
const traceLocks = `
    echo 0 > options/hash-ptr
    range=$(awk '$2 ~ /[tT]/ && $4 == "[vfio_iommu_type1]" {print $1}' /proc/kallsyms | sort | sed -n '1p;$p')
    first=0x\${range%%[!0-9a-f]*} last=0x\${range##*[!0-9a-f]}
    echo 'p:harness/type1_take mutex_lock lock=%di:x64 from=$stack0:symbol' >> kprobe_events
    echo 'p:harness/type1_release mutex_unlock lock=%di:x64 from=$stack0:symbol' >> kprobe_events
    for event in events/harness/type1_*; do
      echo "from >= $first && from <= \${last%???}fff" > $event/filter
      echo 1 > $event/enable
    done
    echo 1 > events/lock/contention_begin/enable
    echo 1 > events/lock/contention_end/enable`;

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
