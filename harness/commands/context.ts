import type {Emit} from '../base/events.ts';

/** What main.ts gives every command. */
export type Context = {
  /** The top folder of the repository. */
  readonly repository: string;
  /** Writes results to standard output. */
  readonly out: (text: string) => void;
  /** Shows what happens, on standard error. */
  readonly emit: Emit;
  /** Aborts when the user, or the system, wants the command to end. */
  readonly signal: AbortSignal;
};
