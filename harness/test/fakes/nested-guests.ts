import type {Duplex} from 'node:stream';
import {gzipSync} from 'node:zlib';
import type {ServerChannel} from 'ssh2';
import type {Scope} from '../../base/scope.ts';
import {l2Address} from '../../experiment/machines.ts';
import type {Login} from '../../machine/guest.ts';
import {connection} from './connection.ts';
import {type QmpPeer, serveQmp} from './qmp-peer.ts';
import {makeServerKeys, print, sshServer} from './ssh-server.ts';

/** What goes otherwise than well. */
export type Mishap = {
  /** Pages that the oracle finds lost. */
  readonly lost?: number;
  /** The source's answer to query-migrate. */
  readonly migration?: Readonly<Record<string, unknown>>;
  /** What the workload says instead of `marked`. */
  readonly workload?: string;
  /** What the migrated guest prints on its console as the migration ends. */
  readonly console?: string;
  /** The migrated guest's QEMU ends when the migration starts. */
  readonly dies?: boolean;
  /** A word of the set-up script that fails. */
  readonly setUp?: string;
  readonly trace?: string;
  readonly lostEvents?: number;
};

/** L1's sshd, with two L2 QEMUs and the guest in them behind it: in this process, played by script. */
export async function nestedGuests(scope: Scope, mishap: Mishap): Promise<{port: number; login: Login}> {
  const keys = makeServerKeys();
  const guest = new PlayedGuest(mishap);
  const l2 = await sshServer(scope, {exec: (line, channel) => guest.execInL2(line, channel)}, keys);
  const connect = (address: string, port: number): Duplex | undefined => {
    const [mine, theirs] = connection();
    if (address === l2Address) l2.serve(theirs);
    else if (!guest.monitor(port, theirs)) return undefined;
    return mine;
  };
  return sshServer(scope, {exec: (line, channel) => guest.execInL1(line, channel), connect}, keys);
}

class PlayedGuest {
  readonly #mishap: Mishap;
  /** The L2 QEMUs by the port of their monitor. */
  readonly #qemus = new Map<number, {side: 'source' | 'target'; channel: ServerChannel}>();
  readonly #peers: Partial<Record<'source' | 'target', QmpPeer>> = {};
  #workload: ServerChannel | undefined;

  constructor(mishap: Mishap) {
    this.#mishap = mishap;
  }

  execInL1(line: string, channel: ServerChannel): void {
    const {setUp, trace = '', lostEvents = 0} = this.#mishap;
    if (line.includes('qemu-system-x86_64')) this.#startQemu(line, channel);
    else if (setUp && line.includes(setUp)) print(channel, `${setUp}: no such thing\n`, 1);
    else if (line.includes('gzip')) print(channel, gzipSync(trace));
    else print(channel, line.includes('awk') ? `${lostEvents}\n` : '');
  }

  execInL2(line: string, channel: ServerChannel): void {
    if (line.startsWith('iova-churn ')) this.#startWorkload(channel);
    else print(channel, '');
  }

  /** Puts a stream to the monitor that listens on a port, if one does. */
  monitor(port: number, stream: Duplex): boolean {
    const qemu = this.#qemus.get(port);
    if (!qemu) return false;
    this.#peers[qemu.side] = serveQmp(stream, (command, args) => this.#answer(qemu.side, command, args));
    return true;
  }

  #startWorkload(channel: ServerChannel): void {
    this.#workload = channel;
    channel.write('{"event":"ready","live":4096,"pages":16384}\n');
    channel.on('data', (chunk: Buffer) => {
      for (const word of chunk.toString().trim().split('\n')) this.#command(word);
    });
  }

  #startQemu(line: string, channel: ServerChannel): void {
    const side = / -name (source|target) /.exec(line)![1] as 'source' | 'target';
    this.#qemus.set(Number(/ -qmp tcp:127\.0\.0\.1:(\d+),/.exec(line)![1]), {side, channel});
    const talk = setInterval(() => side === 'source' && channel.write('harness: ready\n'), 100);
    talk.unref(); // A test may end before its guests do.
    channel.on('close', () => clearInterval(talk));
    channel.on('killed', () => clearInterval(talk));
  }

  #answer(side: 'source' | 'target', command: string, _args: unknown): unknown {
    const {migration = {status: 'completed', 'total-time': 2400}} = this.#mishap;
    if (command === 'query-migrate') return side === 'source' ? migration : {status: 'completed'};
    if (command === 'migrate') setTimeout(() => this.#migrate(String(migration['status'])), 20);
    return {};
  }

  #migrate(status: string): void {
    const [source] = [...this.#qemus.values()].filter(({side}) => side === 'source');
    if (this.#mishap.dies) {
      source!.channel.stderr.write('qemu: vfio: device is gone\n');
      source!.channel.exit(1);
      source!.channel.end();
      return;
    }
    if (this.#mishap.console) source!.channel.write(`${this.#mishap.console}\n`);
    for (const side of ['source', 'target'] as const) this.#peers[side]!.event('MIGRATION', {status});
    if (status === 'completed') setTimeout(() => this.#say({event: 'switchover', oracle: this.#oracle()}), 20);
  }

  #command(word: string): void {
    if (word === 'start') this.#say({event: 'started'});
    if (word.startsWith('mark ') && this.#mishap.workload) this.#workload!.write(`${this.#mishap.workload}\n`);
    else if (word.startsWith('mark ')) this.#say({event: 'marked', phase: word.slice('mark '.length)});
    if (word !== 'stop') return;
    const longestGap = {ns: 1e6, atNs: 0, phase: 'migration'};
    const timeline = {intervalMs: 100, startNs: 0, operations: [1]};
    const report = {
      operations: 10,
      errors: 0,
      firstError: null,
      phases: [],
      timeline,
      longestGap,
      oracle: this.#oracle(),
    };
    this.#say({event: 'stopped', report});
    this.#workload!.exit(0);
    this.#workload!.end();
  }

  #oracle() {
    return {checked: 16_384, lost: this.#mishap.lost ?? 0, first: []};
  }

  #say(message: unknown): void {
    this.#workload!.write(`${JSON.stringify(message)}\n`);
  }
}
