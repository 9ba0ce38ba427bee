import {closeSync, ftruncateSync, openSync, readSync, writeSync} from 'node:fs';
import {countFitting, decodeFrames, encodeFrames, type Frame} from './frames.ts';

/** How many bytes the memory that L1 and the harness share has: MAILBOX_BYTES of mailbox.h. */
export const mailboxBytes = 8 * 2 ** 20;

/** `struct mailbox` of mailbox.h: its magic number and version, and where its fields lie. */
const magic = 0x58424c4d;
const version = 1;
const at = {magic: 0, version: 4, call: 8, answer: 16, now: 24, wake: 32, events: 40, commands: 48} as const;
const headBytes = 56;

/** Where events and commands begin, and how many bytes of each there may be. */
const eventsAt = 4096;
const commandsAt = 4 * 2 ** 20;
const room = commandsAt - eventsAt;

/** A call of L1: its number, when it was in ns of L1's clock, and what has happened. */
export type Call = {readonly number: bigint; readonly nowNs: bigint; readonly events: readonly Frame[]};

/** The memory that L1 and the harness share, as a file. It is touched only while L1 stands still. */
export class MailboxFile {
  readonly #fd: number;

  /** Makes the file, full of zeros. */
  constructor(file: string) {
    this.#fd = openSync(file, 'wx+', 0o600);
    ftruncateSync(this.#fd, mailboxBytes);
  }

  /**
   * Reads the call that L1 waits in; nothing where it does not wait for an answer.
   * @throws Error where the other side is of another version.
   */
  readCall(): Call | undefined {
    const head = this.#read(0, headBytes);
    if (head.readUInt32LE(at.magic) !== magic || head.readUInt32LE(at.version) !== version) {
      throw new Error(`L1 speaks another mailbox: ${head.subarray(0, at.call).toString('hex')}`);
    }
    const number = head.readBigUInt64LE(at.call);
    if (head.readBigUInt64LE(at.answer) === number) return undefined;
    const length = Number(head.readBigUInt64LE(at.events));
    return {number, nowNs: head.readBigUInt64LE(at.now), events: decodeFrames(this.#read(eventsAt, length))};
  }

  /**
   * Answers a call with the commands that there is room for, and by when to call again: at once where there are more.
   * Gives how many there was room for.
   * @throws Error where there is none even for the first.
   */
  answer({number, nowNs}: Call, commands: readonly Frame[], wakeNs: bigint): number {
    const count = countFitting(commands, room);
    const areAll = count === commands.length;
    if (count === 0 && !areAll) throw new Error(`a command of ${commands[0]!.bytes.length} bytes is too long for L1`);
    const bytes = encodeFrames(commands.slice(0, count));
    writeSync(this.#fd, bytes, 0, bytes.length, commandsAt);
    this.#writeWord(at.commands, BigInt(bytes.length));
    this.#writeWord(at.wake, areAll ? wakeNs : nowNs);
    this.#writeWord(at.answer, number);
    return count;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #read(position: number, length: number): Buffer {
    const buffer = Buffer.alloc(length);
    const got = readSync(this.#fd, buffer, 0, length, position);
    if (got < length) throw new Error(`the mailbox ends at ${position + got}, before ${position + length}`);
    return buffer;
  }

  #writeWord(position: number, value: bigint): void {
    const word = Buffer.alloc(8);
    word.writeBigUInt64LE(value);
    writeSync(this.#fd, word, 0, 8, position);
  }
}
