import {createWriteStream} from 'node:fs';
import {pipeline} from 'node:stream/promises';
import {execa} from 'execa';
import {UserError} from './errors.ts';

/** How a command is run. */
export type CommandOptions = {
  /** A file that gets all output, appended; without it the output is only held in memory. */
  readonly log?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** Called with each line as it comes. */
  readonly onLine?: (line: string) => void;
};

/** How a command ended. */
export type CommandResult = {
  readonly exitCode: number;
  readonly stdout: string;
  /** Standard output and error as they came, interleaved. */
  readonly all: string;
};

/**
 * The prefix that ties a child to the harness: the kernel kills it when the harness dies, however it dies
 * (setpriv(1), prctl(2) PR_SET_PDEATHSIG).
 */
export const dieWithHarness = ['setpriv', '--pdeathsig', 'KILL', '--'] as const;

/** Runs a command to its end and hands back how it ended; only a command that cannot be started rejects. */
export async function tryCommand(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [file, ...args] = [...dieWithHarness, ...argv];
  const child = execa(file!, args, {
    reject: false,
    all: true,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    detached: true, // A terminal's Ctrl-C is for the harness, which then ends its children in order.
    maxBuffer: 64 * 1024 * 1024,
    forceKillAfterDelay: 2000,
    ...(options.input === undefined ? {} : {input: options.input}),
    ...(options.env ? {env: options.env} : {}),
    ...(options.cwd ? {cwd: options.cwd} : {}),
    ...(options.signal ? {cancelSignal: options.signal} : {}),
  });
  const logged = options.log ? pipeline(child.all!, createWriteStream(options.log, {flags: 'a'})) : undefined;
  logged?.catch(() => {}); // Awaited below, after the command itself.
  if (options.onLine) void forEachLine(child.iterable({from: 'all'}), options.onLine);
  const result = await child;
  options.signal?.throwIfAborted();
  await logged;
  if (result.code === 'ENOENT' || (result.exitCode === 127 && result.all?.startsWith('setpriv: failed to execute'))) {
    throw new UserError(`${argv[0]}: not found`, {hint: 'Is it installed, and on the PATH?', cause: result});
  }
  return {exitCode: result.exitCode ?? 255, stdout: result.stdout ?? '', all: result.all ?? ''};
}

/** Runs a command that must succeed; gives its standard output. */
export async function command(what: string, argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await tryCommand(argv, options);
  if (result.exitCode !== 0) {
    throw new UserError(`${what} failed (exit code ${result.exitCode}):\n${lastLines(result.all, 25)}`, {
      hint: options.log ? `The whole output is in ${options.log}.` : `The command was: ${argv.join(' ')}`,
    });
  }
  return result.stdout;
}

async function forEachLine(lines: AsyncIterable<unknown>, onLine: (line: string) => void): Promise<void> {
  try {
    for await (const line of lines) onLine(String(line));
  } catch {
    // The command failed: its caller learns that from the result, and there are no more lines.
  }
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
