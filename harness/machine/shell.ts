import type {Duplex} from 'node:stream';
import {Deadline} from '../base/deadline.ts';
import {UserError} from '../base/errors.ts';
import type {Host, Running} from './host.ts';
import type {Endpoint} from './spec.ts';

/** A guest that runs shell scripts, and from which other machines can be reached. */
export abstract class Shell implements Host {
  abstract readonly name: string;
  /** The last port that a monitor was given. */
  protected lastPort = 4000;

  abstract start(argv: readonly string[]): Promise<Running>;

  /** A stream to a TCP port that the guest can reach. */
  abstract forward(address: string, port: number): Promise<Duplex>;

  /** A port on the guest's loopback. */
  async newEndpoint(): Promise<Endpoint> {
    this.lastPort += 1;
    return `tcp:127.0.0.1:${this.lastPort}`;
  }

  connect(endpoint: Endpoint): Promise<Duplex> {
    return this.forward('127.0.0.1', Number(endpoint.split(':')[2]));
  }

  /**
   * Runs a shell script and gives what it printed.
   * @throws UserError when it ends with another exit code than 0, TimedOut when it takes longer than `limitMs`.
   */
  async run(what: string, script: string, limitMs = 20_000, signal?: AbortSignal): Promise<string> {
    return (await this.runForBytes(what, script, limitMs, signal)).toString();
  }

  /** Like `run`, for output that is no text. */
  async runForBytes(what: string, script: string, limitMs: number, signal?: AbortSignal): Promise<Buffer> {
    using limit = new Deadline(`${this.name}: ${what}`, limitMs, signal);
    const program = await limit.race(this.start(['sh', '-ec', script]));
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    program.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    program.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    program.stdin.end();
    const how = await limit.race(program.exited);
    if (how !== 'exit code 0') {
      const words = Buffer.concat([...output, ...errors])
        .toString()
        .slice(0, 2000)
        .trim();
      throw new UserError(`${this.name}: ${what}: ${how}: ${words}`, {hint: `The command was: ${script}`});
    }
    return Buffer.concat(output);
  }
}
