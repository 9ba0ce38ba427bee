import net from 'node:net';
import path from 'node:path';
import type {Duplex} from 'node:stream';
import {execa} from 'execa';
import {dieWithHarness} from '../base/command.ts';
import type {Host, Running} from './host.ts';
import type {Endpoint} from './spec.ts';

/** This machine. Its monitors are sockets in a folder that must be short and private. */
export class LocalHost implements Host {
  readonly name = 'l0';
  readonly #folder: string;
  #endpoints = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async start(argv: readonly string[]): Promise<Running> {
    const [file, ...args] = [...dieWithHarness, ...argv];
    const child = execa(file!, args, {reject: false, detached: true, buffer: false, stdin: 'pipe'});
    const exited = child.then(result =>
      result.signal ? `signal ${result.signal}` : `exit code ${result.exitCode ?? result.code}`,
    );
    return {
      stdin: child.stdin,
      stdout: child.stdout,
      stderr: child.stderr,
      exited,
      kill: () => void child.kill('SIGKILL'),
    };
  }

  async newEndpoint(name: string): Promise<Endpoint> {
    this.#endpoints += 1;
    return `unix:${path.join(this.#folder, `${name}-${this.#endpoints}.qmp`)}`;
  }

  connect(endpoint: Endpoint): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const socket = endpoint.startsWith('unix:')
        ? net.connect(endpoint.slice('unix:'.length))
        : net.connect(Number(endpoint.split(':')[2]), '127.0.0.1');
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
    });
  }
}
