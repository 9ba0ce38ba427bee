import {Duplex, PassThrough, Writable} from 'node:stream';
import type {Running} from '../host.ts';
import {Shell} from '../shell.ts';
import {commandKind, eventKind, type Frame} from './frames.ts';
import type {Listener} from './mailbox.ts';

/** One that hears what happens to a program or a connection. */
type Party = {event(kind: number, bytes: Buffer): void; lost(error: Error): void};

/** What a sealed L1 that was saved knows its programs by, the one that was started first in front. */
export type SavedGuest = {readonly lastId: number; readonly lastPort: number; readonly programs: readonly number[]};

const nothing = Buffer.alloc(0);

/** L1 when it is sealed: programs and connections in it, by way of its mailbox. */
export class SealedGuest extends Shell implements Listener {
  readonly name: string;
  readonly #send: (command: Frame) => void;
  readonly #parties = new Map<number, Party>();
  #lastId = 1;
  #loss: Error | undefined;
  #fail = (_: Error): void => {};

  /** Rejects when L1 will call no more. */
  readonly gone: Promise<never>;

  constructor(name: string, send: (command: Frame) => void) {
    super();
    this.name = name;
    this.#send = send;
    this.gone = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.gone.catch(() => {}); // Where nothing is waited for, nobody needs to know.
  }

  /** What its programs are to be known by when it has been saved. */
  get saved(): SavedGuest {
    const programs = [...this.#parties].flatMap(([id, party]) => (party instanceof Program ? [id] : []));
    return {lastId: this.#lastId, lastPort: this.lastPort, programs};
  }

  /** Takes over the programs of one that was saved. */
  takeOver({lastId, lastPort, programs}: SavedGuest): Running[] {
    this.#lastId = lastId;
    this.lastPort = lastPort;
    return programs.map(id => {
      const program = new Program(id, this.#send);
      this.#add(id, program);
      return program;
    });
  }

  async start(argv: readonly string[]): Promise<Running> {
    const id = this.#newId();
    const program = new Program(id, this.#send);
    this.#add(id, program);
    const words = argv.map(word => `${word}\0`).join('');
    this.#send({kind: commandKind.start, id, bytes: Buffer.from(words)});
    return program;
  }

  forward(address: string, port: number): Promise<Duplex> {
    const id = this.#newId();
    return new Promise((resolve, reject) => {
      this.#add(id, new Connection(id, this.#send, resolve, reject));
      this.#send({kind: commandKind.connect, id, bytes: Buffer.from(`${address}:${port}`)});
    });
  }

  event({kind, id, bytes}: Frame): void {
    this.#parties.get(id)?.event(kind, bytes);
    if (kind === eventKind.exited || kind === eventKind.closed) this.#parties.delete(id);
  }

  lost(error: Error): void {
    this.#loss = error;
    this.#fail(error);
    for (const party of this.#parties.values()) party.lost(error);
    this.#parties.clear();
  }

  #newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #add(id: number, party: Party): void {
    if (this.#loss) party.lost(this.#loss);
    else this.#parties.set(id, party);
  }
}

/** A program in L1. */
class Program implements Party, Running {
  readonly stdin: Writable;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly exited: Promise<string>;
  readonly kill: () => void;
  #end = (_: string): void => {};

  constructor(id: number, send: (command: Frame) => void) {
    this.stdin = inputOf(id, send);
    this.exited = new Promise(resolve => {
      this.#end = resolve;
    });
    this.kill = () => send({kind: commandKind.kill, id, bytes: nothing});
  }

  event(kind: number, bytes: Buffer): void {
    if (kind === eventKind.output) this.stdout.write(bytes);
    else if (kind === eventKind.errors) this.stderr.write(bytes);
    else if (kind === eventKind.exited) this.#finish(bytes.toString());
  }

  lost(error: Error): void {
    this.#finish(`connection lost: ${error.message}`);
  }

  #finish(how: string): void {
    this.stdout.end();
    this.stderr.end();
    setImmediate(() => this.#end(how)); // Once who reads has got the last words.
  }
}

/** A connection that L1 makes to a port of its own or of L2's. */
class Connection extends Duplex implements Party {
  readonly #id: number;
  readonly #send: (command: Frame) => void;
  readonly #opened: (stream: Duplex) => void;
  readonly #refused: (error: Error) => void;
  #isOpen = false;

  constructor(
    id: number,
    send: (command: Frame) => void,
    opened: (stream: Duplex) => void,
    refused: (error: Error) => void,
  ) {
    super();
    this.#id = id;
    this.#send = send;
    this.#opened = opened;
    this.#refused = refused;
  }

  event(kind: number, bytes: Buffer): void {
    if (kind === eventKind.output) {
      this.push(bytes);
    } else if (kind === eventKind.connected) {
      this.#isOpen = true;
      this.#opened(this);
    } else if (this.#isOpen) {
      this.push(null);
    } else {
      this.#refused(new Error(bytes.toString()));
    }
  }

  lost(error: Error): void {
    if (this.#isOpen) this.destroy(error);
    else this.#refused(error);
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#send({kind: commandKind.input, id: this.#id, bytes: chunk});
    done();
  }

  override _final(done: () => void): void {
    this.#send({kind: commandKind.endInput, id: this.#id, bytes: nothing});
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#send({kind: commandKind.close, id: this.#id, bytes: nothing});
    done(error);
  }
}

function inputOf(id: number, send: (command: Frame) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      send({kind: commandKind.input, id, bytes: chunk});
      done();
    },
    final(done) {
      send({kind: commandKind.endInput, id, bytes: nothing});
      done();
    },
  });
}
