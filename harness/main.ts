import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {CommanderError} from 'commander';
import {describeError, type ExitCode, errorChain, exitCode, Interrupted, UserError} from './base/errors.ts';
import type {Context} from './commands/context.ts';
import {makeProgram} from './program.ts';
import {progressLine} from './report/progress.ts';

/** The repository: main.js lies in harness/dist. */
const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

process.exitCode = await main(process.argv.slice(2));
await new Promise(resolve => process.stdout.write('', resolve)); // A write that failed is told only now.
// Whatever still holds the process (a socket of a dead machine, a pipe of a killed child) has no say any more.
process.exit();

async function main(argv: readonly string[]): Promise<ExitCode> {
  const started = performance.now();
  const interrupt = new AbortController();
  watchSignals(interrupt);
  watchFaults(interrupt.signal);
  const context: Context = {
    repository,
    out: text => process.stdout.write(text),
    emit: event => {
      const line = progressLine(event, performance.now() - started);
      if (line !== undefined) process.stderr.write(`${line}\n`);
    },
    signal: interrupt.signal,
  };
  let code: ExitCode = exitCode.done;
  const program = makeProgram(context, result => {
    code = result;
  });
  try {
    await program.parseAsync(argv, {from: 'user'});
    return code;
  } catch (error) {
    return explain(error, interrupt.signal);
  }
}

/** The first signal asks the command to end in order, the second does not wait for that. */
function watchSignals(interrupt: AbortController): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(exitCode.interrupted);
      process.stderr.write('\nending; once more to leave at once\n');
      interrupt.abort(new Interrupted(`interrupted by ${name}`));
    });
  }
}

/** What nobody waits for, such as a log that cannot be written, ends the harness at once; its children die with it. */
function watchFaults(signal: AbortSignal): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCode.done); // The reader has seen enough.
    throw error;
  });
  process.on('uncaughtException', error => process.exit(explain(error, signal)));
}

/** Says what went wrong, on standard error, and chooses the exit code. */
function explain(error: unknown, signal: AbortSignal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.unusable;
  const chain = [...errorChain(error)];
  if (signal.aborted || chain.some(one => one instanceof Interrupted)) {
    process.stderr.write('interrupted\n');
    return exitCode.interrupted;
  }
  const known = chain.find(one => one instanceof UserError);
  if (known) {
    process.stderr.write(`error: ${describeError(known)}\n${known.hint}\n`);
    return known.exitCode;
  }
  const full = chain.find(one => ['ENOSPC', 'EDQUOT'].includes(String((one as NodeJS.ErrnoException).code)));
  if (full) {
    process.stderr.write(`error: ${full.message}\nFree some space where the results, the cache and TMPDIR are.\n`);
    return exitCode.unusable;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.stderr.write(`${describeError(error)}\nThis is a fault of the harness itself.\n`);
  return exitCode.unexpected;
}
