/** How a command ended, as the shell sees it. README.md lists them for users. */
export const exitCode = {
  done: 0,
  unexpected: 1,
  unusable: 2,
  notComparable: 3,
  interrupted: 130,
} as const;

/** One of them. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** A failure the user can act on: what went wrong, and what to try next. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly hint: string;
  readonly exitCode: ExitCode;

  constructor(message: string, options: {hint: string; cause?: unknown; exitCode?: ExitCode}) {
    super(message, 'cause' in options ? {cause: options.cause} : undefined);
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? exitCode.unusable;
  }
}

/** The user, or the machine, asked the run to end: not a failure of anything. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Narrows what a `catch` gives. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Yields an error and everything it hides: causes, aggregated errors and what a failing cleanup suppressed. */
export function* errorChain(thrown: unknown): Generator<Error> {
  const error = asError(thrown) as Error & {errors?: unknown[]; error?: unknown; suppressed?: unknown};
  yield error;
  for (const hidden of [error.suppressed, error.error, error.cause, ...(error.errors ?? [])]) {
    if (hidden !== undefined) yield* errorChain(hidden);
  }
}

/** One line for each error of a chain, the outermost first; sentences that repeat are said once. */
export function describeError(thrown: unknown): string {
  return [...new Set([...errorChain(thrown)].map(error => error.message))].join('\n  because: ');
}
