import type {Duplex} from 'node:stream';
import {Client, type ClientChannel} from 'ssh2';
import {Deadline} from '../base/deadline.ts';
import type {Running} from './host.ts';
import {Shell} from './shell.ts';

/** How to log in: the run's key, and the only host key that is accepted. */
export type Login = {
  readonly privateKey: string;
  /** The host's public key as in known_hosts: `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
};

/** Where the guest's sshd is: a port on this machine's loopback, or a stream that leads there. */
export type Address = {readonly port: number} | {readonly stream: Duplex};

/** How long a login may take, in ms. */
const loginLimitMs = 10_000;

/** A shell inside a machine, over one SSH connection. A guest is also a host. */
export class Guest extends Shell implements AsyncDisposable {
  readonly name: string;
  readonly #client: Client;

  private constructor(name: string, client: Client) {
    super();
    this.name = name;
    this.#client = client;
  }

  /** Logs in. Rejects when the host shows another key than the run's, the connection fails or the signal aborts. */
  static async connect(name: string, address: Address, login: Login, signal?: AbortSignal): Promise<Guest> {
    using limit = new Deadline(`${name}: SSH`, loginLimitMs, signal);
    const client = new Client();
    const loggedIn = new Promise<Guest>((resolve, reject) => {
      client.once('error', cause => {
        client.on('error', () => {}); // The first error is the news; later ones come from the closing socket.
        reject(new Error(`${name}: SSH: ${cause.message}`, {cause}));
      });
      client.once('ready', () => {
        client.removeAllListeners('error');
        client.on('error', () => {}); // A dying machine cuts the connection: whoever uses it learns it there.
        resolve(new Guest(name, client));
      });
      client.connect({
        ...('port' in address ? {host: '127.0.0.1', port: address.port} : {sock: address.stream}),
        username: 'root',
        privateKey: login.privateKey,
        hostVerifier: (key: Buffer) => key.toString('base64') === login.hostKey.split(' ')[1],
        readyTimeout: 0, // The deadline above ends it.
        // Guests are slow at everything but this: the cheapest modern algorithms.
        algorithms: {cipher: ['aes128-ctr'], hmac: ['hmac-sha2-256'], compress: ['none']},
      });
    });
    try {
      return await limit.race(loggedIn);
    } catch (error) {
      client.destroy();
      throw error;
    }
  }

  start(argv: readonly string[]): Promise<Running> {
    return new Promise((resolve, reject) => {
      // Without `exec`, a signal would end the guest's shell and not the program. The listeners must be there before
      // this callback returns: a short program's end may be in the same packet.
      this.#client.exec(`exec ${argv.map(quote).join(' ')}`, (error, channel) => {
        if (error) reject(error);
        else resolve(runningOn(channel));
      });
    });
  }

  forward(address: string, port: number): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      this.#client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
        if (error) reject(error);
        else resolve(channel);
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
  }
}

/** A program, seen through the SSH channel that it runs on. */
function runningOn(channel: ClientChannel): Running {
  let isOpen = true;
  const exited = new Promise<string>(resolve => {
    let how = 'connection lost';
    channel.on('exit', (code: number | null, signal?: string) => {
      how = code === null ? `signal ${signal}` : `exit code ${code}`;
    });
    channel.on('close', () => {
      isOpen = false;
      resolve(how);
    });
  });
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    exited,
    // The channel closes when the program has really ended.
    kill: () => {
      if (isOpen) channel.signal('KILL');
    },
  };
}

/** Quotes a word for a POSIX shell. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
