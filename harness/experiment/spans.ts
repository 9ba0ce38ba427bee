import {groupBy} from '../base/group.ts';
import type {TraceLine} from './trace-line.ts';

/** What a thread did from one time to another, in seconds of the trace's clock. */
export type Span = {readonly process: number; readonly thread: number; readonly from: number; readonly to: number};

/** Pairs each line that begins something with the next of the same thread that ends it. What does not end is left out. */
export function spansOf(lines: readonly TraceLine[], begins: RegExp, ends: RegExp): Span[] {
  const open = new Map<number, TraceLine>();
  const spans: Span[] = [];
  for (const line of lines) {
    if (begins.test(line.event)) open.set(line.thread, line);
    const begin = ends.test(line.event) ? open.get(line.thread) : undefined;
    if (begin === undefined) continue;
    open.delete(line.thread);
    spans.push({process: begin.process, thread: begin.thread, from: begin.seconds, to: line.seconds});
  }
  return spans;
}

/** How long two spans of time lie upon one another, in seconds. */
export function overlap(a: Pick<Span, 'from' | 'to'>, b: Pick<Span, 'from' | 'to'>): number {
  return Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));
}

/** Sorts spans by their threads. */
export function byThread<T extends Span>(spans: readonly T[]): ReadonlyMap<number, readonly T[]> {
  return groupBy(spans, ({thread}) => thread);
}

/** Those of the spans that lie upon another. They must not lie upon one another, and stand in their order. */
export function upon<T extends Span>(spans: readonly T[], {from, to}: Pick<Span, 'from' | 'to'>): T[] {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.to > from) high = middle;
    else low = middle + 1;
  }
  const found: T[] = [];
  for (let at = low; at < spans.length && spans[at]!.from < to; at += 1) found.push(spans[at]!);
  return found;
}
