import {closeSync, openSync, readSync, writeSync} from 'node:fs';
import type {Duplex} from 'node:stream';
import {Deadline} from '../../base/deadline.ts';
import {Qmp} from '../../machine/qmp.ts';
import {decodeFrames, encodeFrames, type Frame} from '../../machine/sealed/frames.ts';
import {connection} from './connection.ts';
import {type QmpPeer, serveQmp} from './qmp-peer.ts';

/** What L1 gets for a call: what it is to do, and by when it is to call again, in ns. */
export type Answer = {readonly commands: readonly Frame[]; readonly wakeNs: bigint};

async function attach(stream: Duplex): Promise<Qmp> {
  using limit = new Deadline('the played monitor', 5000);
  return await Qmp.attach('played', stream, () => {}, limit);
}

/** A sealed L1, played by script: its side of the mailbox (struct mailbox of mailbox.h), and its QEMU's monitor. */
export class PlayedL1 {
  readonly #fd: number;
  readonly #peer: QmpPeer;
  readonly qmp: Promise<Qmp>;
  #calls = 0n;
  #isRunning = true;
  #resume = (): void => {};

  constructor(file: string) {
    this.#fd = openSync(file, 'r+');
    const [mine, theirs] = connection();
    this.#peer = serveQmp(theirs, command => this.#obey(command));
    this.qmp = attach(mine);
  }

  /** Tells what happened, at a time in ms, and waits until it may go on. */
  async call(nowMs: number, events: readonly Frame[] = [], {magic = 0x58424c4d, version = 1} = {}): Promise<Answer> {
    const bytes = encodeFrames(events);
    const head = Buffer.alloc(56);
    this.#calls += 1n;
    head.writeUInt32LE(magic, 0);
    head.writeUInt32LE(version, 4);
    head.writeBigUInt64LE(this.#calls, 8);
    head.writeBigUInt64LE(this.#calls - 1n, 16);
    head.writeBigUInt64LE(BigInt(nowMs) * 1_000_000n, 24);
    head.writeBigUInt64LE(BigInt(bytes.length), 40);
    writeSync(this.#fd, head, 0, head.length, 0);
    writeSync(this.#fd, bytes, 0, bytes.length, 4096);
    await this.stop();
    return this.#readAnswer();
  }

  /** Stands still, and waits until it may go on. */
  async stop(): Promise<void> {
    const resumed = new Promise<void>(resolve => {
      this.#resume = resolve;
    });
    this.#isRunning = false;
    this.#peer.event('STOP');
    await resumed;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #obey(command: string): unknown {
    if (command === 'query-status') return {running: this.#isRunning};
    if (command === 'cont') {
      this.#isRunning = true;
      this.#resume();
    }
    return {};
  }

  #readAnswer(): Answer {
    const head = Buffer.alloc(56);
    readSync(this.#fd, head, 0, head.length, 0);
    if (head.readBigUInt64LE(16) !== this.#calls) throw new Error('the call was not answered');
    const bytes = Buffer.alloc(Number(head.readBigUInt64LE(48)));
    readSync(this.#fd, bytes, 0, bytes.length, 4 * 2 ** 20);
    return {commands: decodeFrames(bytes), wakeNs: head.readBigUInt64LE(32)};
  }
}
