import type {Event} from '../base/events.ts';

const marks = {done: '✔', cached: '↺', failed: '✘'} as const;

/**
 * The line that shows an event to somebody who follows a run, or reads its log later; undefined for events
 * that only the files keep. `elapsedMs` counts from the start of the command.
 */
export function progressLine(event: Event, elapsedMs: number): string | undefined {
  const text = describe(event);
  if (text === undefined) return undefined;
  return `${clock(elapsedMs)} ${event.trial === undefined ? '' : `[${event.trial}] `}${text}`;
}

function describe(event: Event): string | undefined {
  switch (event.kind) {
    case 'phase-start':
      return `  ${event.phase} …`;
    case 'phase-end':
      return `${marks[event.outcome]} ${event.phase}${event.outcome === 'cached' ? '' : ` (${seconds(event.ms)})`}`;
    case 'progress':
      return `  ${event.phase}: ${event.text}`;
    case 'warning':
      return `! ${event.message}`;
    case 'note':
      return `– ${event.message}`;
    case 'console':
    case 'qmp':
    case 'workload':
      return undefined;
  }
}

function clock(ms: number): string {
  const total = Math.floor(ms / 1000);
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
