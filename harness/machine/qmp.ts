import readline from 'node:readline';
import type {Duplex} from 'node:stream';
import {Deadline} from '../base/deadline.ts';
import type {Emit} from '../base/events.ts';

/** An event as QEMU sends it. */
export type QmpEvent = {
  readonly event: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly timestamp: {readonly seconds: number; readonly microseconds: number};
};

type Reply = {
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: {readonly class: string; readonly desc: string};
};
type Message = Partial<QmpEvent> & Reply & {readonly QMP?: unknown};
type Waiter = {readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void};

/** How long QEMU may take to answer a command, in ms. It answers at once, but for what holds up its main loop. */
const answerLimitMs = 60_000;

/** A QEMU machine protocol client (docs/interop/qmp-spec.rst of QEMU), over any stream. */
export class Qmp implements AsyncDisposable {
  readonly #name: string;
  readonly #stream: Duplex;
  readonly #emit: Emit;
  readonly #replies = new Map<number, Waiter>();
  readonly #listeners = new Set<(event: QmpEvent) => void>();
  /** Rejects when the monitor's connection is lost. */
  readonly #lost: Promise<never>;
  readonly #greeted: Promise<void>;
  #greet = (): void => {};
  #nextId = 1;

  private constructor(name: string, stream: Duplex, emit: Emit) {
    this.#name = name;
    this.#stream = stream;
    this.#emit = emit;
    this.#lost = new Promise((_, reject) => {
      stream.on('error', (cause: Error) => reject(this.#lose(cause.message)));
      stream.on('close', () => reject(this.#lose('it was closed')));
    });
    this.#lost.catch(() => {}); // Whoever waits for something races it; when nobody waits, nobody needs to know.
    this.#greeted = new Promise(resolve => {
      this.#greet = resolve;
    });
    const lines = readline.createInterface({input: stream});
    lines.on('error', () => {}); // readline repeats the stream's error, which #lost tells.
    lines.on('line', line => this.#receive(line));
  }

  /** Speaks the greeting; ready for commands when it resolves. */
  static async attach(name: string, stream: Duplex, emit: Emit, limit: Deadline): Promise<Qmp> {
    const qmp = new Qmp(name, stream, emit);
    try {
      await limit.race(Promise.race([qmp.#greeted, qmp.#lost]));
      await limit.race(qmp.execute('qmp_capabilities'));
      return qmp;
    } catch (error) {
      stream.destroy();
      throw error;
    }
  }

  /**
   * Sends a command and waits for its answer. Rejects with QEMU's own words, when the monitor is lost, or when no answer
   * comes.
   */
  async execute(
    command: string,
    args?: Readonly<Record<string, unknown>>,
    limitMs: number = answerLimitMs,
  ): Promise<unknown> {
    using limit = new Deadline(`${this.#name}: ${command}`, limitMs);
    const id = this.#nextId;
    this.#nextId += 1;
    const message = {execute: command, ...(args ? {arguments: args} : {}), id};
    this.#emit({kind: 'qmp', machine: this.#name, direction: 'sent', message});
    const reply = new Promise((resolve, reject) => {
      this.#replies.set(id, {
        resolve,
        reject: cause => reject(new Error(`${this.#name}: ${command}: ${cause.message}`, {cause})),
      });
    });
    this.#stream.write(`${JSON.stringify(message)}\n`);
    return await limit.race(Promise.race([reply, this.#lost]));
  }

  /** Resolves with the first event from now on that `wanted` accepts; call it before the command that causes it. */
  async waitFor(wanted: (event: QmpEvent) => boolean, limit: Deadline): Promise<QmpEvent> {
    let listener = (_: QmpEvent): void => {};
    try {
      const seen = new Promise<QmpEvent>(resolve => {
        listener = event => {
          if (wanted(event)) resolve(event);
        };
        this.#listeners.add(listener);
      });
      return await limit.race(Promise.race([seen, this.#lost]));
    } finally {
      this.#listeners.delete(listener);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stream.destroy();
  }

  #receive(line: string): void {
    const message = parseMessage(line);
    if (!message) {
      this.#stream.destroy(new Error(`not a message: ${line.slice(0, 200)}`));
      return;
    }
    this.#emit({kind: 'qmp', machine: this.#name, direction: 'received', message});
    if (message.QMP) {
      this.#greet();
    } else if (message.event) {
      for (const listener of [...this.#listeners]) listener(message as QmpEvent);
    } else if (message.id !== undefined) {
      const waiter = this.#replies.get(message.id);
      this.#replies.delete(message.id);
      if (message.error) waiter?.reject(new Error(message.error.desc));
      else waiter?.resolve(message.return);
    }
  }

  #lose(why: string): Error {
    return new Error(`${this.#name}: the monitor's connection was lost: ${why}`);
  }
}

function parseMessage(line: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined; // The caller shows the line, which tells more than the parser.
  }
}
