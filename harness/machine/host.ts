import type {Duplex, Readable, Writable} from 'node:stream';
import type {Endpoint} from './spec.ts';

/** A program that runs on a host. */
export type Running = {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when the program has ended, with how: `exit code 1`, `signal SIGKILL`. Never rejects. */
  readonly exited: Promise<string>;
  /** Ends the program. */
  kill(): void;
};

/** A place where programs run: this machine, or a guest. A guest is a host too: so L2 boots as L1 does. */
export interface Host {
  readonly name: string;
  start(argv: readonly string[]): Promise<Running>;
  /** A new place for a monitor to listen at, which nothing else uses. */
  newEndpoint(name: string): Promise<Endpoint>;
  connect(endpoint: Endpoint): Promise<Duplex>;
}
