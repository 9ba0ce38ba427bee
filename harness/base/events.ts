/** Everything that happens in a run. Reporters show them; `events.jsonl` keeps them all. */
export type Event = Happening & {
  /** Which trial it is of, where several run at a time. */
  readonly trial?: string;
};

type Happening =
  | {kind: 'phase-start'; phase: string}
  | {kind: 'phase-end'; phase: string; ms: number; outcome: 'done' | 'cached' | 'failed'}
  | {kind: 'progress'; phase: string; text: string}
  | {kind: 'console'; machine: string; line: string}
  | {kind: 'qmp'; machine: string; direction: 'sent' | 'received'; message: unknown}
  | {kind: 'workload'; message: unknown}
  | {kind: 'warning'; message: string}
  | {kind: 'note'; message: string};

/** Takes an event. It returns at once and never throws. */
export type Emit = (event: Event) => void;

/** Runs `work` as a named phase, so that its start, end and length are events. */
export async function phase<T>(emit: Emit, name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  emit({kind: 'phase-start', phase: name});
  try {
    const result = await work();
    emit({kind: 'phase-end', phase: name, ms: performance.now() - start, outcome: 'done'});
    return result;
  } catch (error) {
    emit({kind: 'phase-end', phase: name, ms: performance.now() - start, outcome: 'failed'});
    throw error;
  }
}
