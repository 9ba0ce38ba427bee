import {setImmediate as turn} from 'node:timers/promises';
import {wallClock} from '../../base/clock.ts';
import {Deadline, TimedOut} from '../../base/deadline.ts';
import type {Qmp} from '../qmp.ts';
import type {Frame} from './frames.ts';
import type {MailboxFile} from './mailbox-file.ts';
import type {VirtualClock} from './virtual-clock.ts';

/** L1 has not called for so long that it never will. */
export class Hung extends TimedOut {}

/** How long L1 may run until it calls, in ms of this machine's time. It calls every 100 ms of its own. */
const silenceLimitMs = 60_000;

/** After so many turns of the event loop without a command, all that follows from a call has been said. */
const quietTurns = 3;

/** What goes on when L1 tells something, or is gone. */
export type Listener = {event(frame: Frame): void; lost(error: Error): void};

/**
 * Answers L1's calls. In each, L1 and its clock stand still: what it tells is handed on, whatever comes of that is done,
 * and only then L1 goes on. So how long the harness takes changes nothing in L1.
 */
export class Mailbox implements AsyncDisposable {
  readonly #file: MailboxFile;
  readonly #qmp: Qmp;
  readonly #clock: VirtualClock;
  readonly #listener: Listener;
  readonly #silenceMs: number;
  #commands: Frame[] = [];
  #hold: ((nowNs: bigint) => void) | undefined;

  /** `qmp` is a monitor of L1's that nobody else uses. Begins with the call that L1 waits in, or the next one. */
  constructor(file: MailboxFile, qmp: Qmp, clock: VirtualClock, listener: Listener, silenceMs = silenceLimitMs) {
    this.#file = file;
    this.#qmp = qmp;
    this.#clock = clock;
    this.#listener = listener;
    this.#silenceMs = silenceMs;
    void this.#serve();
  }

  /** To be done when L1 goes on. */
  send(command: Frame): void {
    this.#commands.push(command);
  }

  /**
   * Leaves a call unanswered, the next one that tells nothing and that nothing comes of: from then on L1 stands still.
   * Gives when that is, in ns of L1's clock.
   */
  holdCall(): Promise<bigint> {
    return new Promise(resolve => {
      this.#hold = resolve;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#qmp[Symbol.asyncDispose]();
  }

  async #serve(): Promise<void> {
    try {
      await this.#untilStopped('its first call', async () => {
        const {running} = (await this.#qmp.execute('query-status')) as {running: boolean};
        return !running;
      });
      for (;;) {
        const isHeld = await this.#answer();
        if (isHeld) return;
        await this.#untilStopped('its next call', async () => {
          await this.#qmp.execute('cont');
          return false;
        });
      }
    } catch (cause) {
      this.#listener.lost(asLoss(cause)); // When the scope has ended, nobody listens.
    }
  }

  /** Waits until L1 stops, from before `isStopped` on, which may say that it has stopped already. */
  async #untilStopped(what: string, isStopped: () => Promise<boolean>): Promise<void> {
    using limit = new Deadline(`L1: ${what}`, this.#silenceMs, undefined, wallClock);
    const stopped = this.#qmp.waitFor(({event}) => event === 'STOP', limit);
    stopped.catch(() => {}); // Where asking fails, that is the news.
    if (!(await isStopped())) await stopped;
  }

  /** Answers the call that L1 waits in, unless that is to be held. */
  async #answer(): Promise<boolean> {
    const call = this.#file.readCall();
    if (!call) return false; // Something else paused it.
    for (const event of call.events) this.#listener.event(event);
    this.#clock.advance(call.nowNs);
    await this.#untilQuiet();
    if (this.#hold && call.events.length + this.#commands.length === 0) {
      this.#hold(call.nowNs);
      return true;
    }
    const next = this.#clock.nextNs ?? 0n;
    const count = this.#file.answer(call, this.#commands, next);
    this.#commands = this.#commands.slice(count);
    return false;
  }

  /** What comes of a call takes no time but turns of the event loop: nothing in it waits for this machine. */
  async #untilQuiet(): Promise<void> {
    for (let quiet = 0; quiet < quietTurns; quiet += 1) {
      const count = this.#commands.length;
      await turn();
      if (this.#commands.length > count) quiet = 0;
    }
  }
}

function asLoss(cause: unknown): Error {
  if (cause instanceof TimedOut) return new Hung(`L1 hangs: ${cause.message}`, {cause});
  return cause instanceof Error ? cause : new Error(String(cause));
}
