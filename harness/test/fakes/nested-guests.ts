import type {Duplex} from 'node:stream';
import {gzipSync} from 'node:zlib';
import type {ServerChannel} from 'ssh2';
import type {Scope} from '../../base/scope.ts';
import {l2Address} from '../../experiment/machines.ts';
import type {Login} from '../../machine/guest.ts';
import {connection} from './connection.ts';
import {PlayedMigration, type Settings, told} from './played-migration.ts';
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
  /** The state in which a migration that failed leaves the source. */
  readonly left?: string;
  /** The command at which the workload gives up. */
  readonly failsAt?: string;
  /** What the migrated guest prints on its console as the migration ends. */
  readonly console?: string;
  /** What its QEMU complains of then. */
  readonly complains?: string;
  /** The migrated guest's QEMU ends when the migration starts. */
  readonly dies?: boolean;
  /** The destination's QEMU ends when the migration starts, and the source then says this of it. */
  readonly targetDies?: string;
  /** A word of the set-up script that fails. */
  readonly setUp?: string;
  readonly trace?: string;
  readonly lostEvents?: number;
  /** What the script with a program in L1 prints, by the program’s name, and the script’s exit code. */
  readonly programs?: Readonly<Record<string, {readonly output: string; readonly code?: number}>>;
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

/** A QEMU that runs in L1, or did. */
type PlayedQemu = {
  readonly name: string;
  readonly channel: ServerChannel;
  peer?: QmpPeer;
  isUp: boolean;
  /** Its answer to query-migrate. */
  figures: Readonly<Record<string, unknown>>;
};

class PlayedGuest {
  readonly #mishap: Mishap;
  /** The QEMUs of L2 by the port of their monitor, in the order in which they were started. */
  readonly #qemus = new Map<number, PlayedQemu>();
  /** The QEMU that the guest is in: the first, until it has moved. */
  #home: PlayedQemu | undefined;
  #settings: Settings = {isHeld: false, isPausing: false};
  #migration: PlayedMigration | undefined;
  #workload: ServerChannel | undefined;

  constructor(mishap: Mishap) {
    this.#mishap = mishap;
  }

  execInL1(line: string, channel: ServerChannel): void {
    const {setUp, trace = '', lostEvents = 0, programs = {}} = this.#mishap;
    const program = Object.entries(programs).find(([name]) => line.includes(`${name} `))?.[1];
    if (line.includes('qemu-system-x86_64')) this.#startQemu(line, channel);
    else if (program) print(channel, program.output, program.code ?? 0);
    else if (setUp && line.includes(setUp)) print(channel, `${setUp}: no such thing\n`, 1);
    else if (line.includes('gzip')) print(channel, gzipSync(trace));
    else print(channel, line.includes('awk') ? `${lostEvents}\n` : '');
  }

  execInL2(line: string, channel: ServerChannel): void {
    if (line.startsWith('exec iova-churn ')) this.#startWorkload(channel);
    else print(channel, '');
  }

  /** Puts a stream to the monitor that listens on a port, if one does. */
  monitor(port: number, stream: Duplex): boolean {
    const qemu = this.#qemus.get(port);
    if (!qemu?.isUp) return false;
    qemu.peer = serveQmp(stream, (command, args) => this.#answer(qemu, command, args));
    return true;
  }

  #startQemu(line: string, channel: ServerChannel): void {
    const name = / -name (\S+) /.exec(line)![1]!;
    const qemu: PlayedQemu = {name, channel, isUp: true, figures: {}};
    this.#home ??= qemu;
    this.#qemus.set(Number(/ -qmp tcp:127\.0\.0\.1:(\d+),/.exec(line)![1]), qemu);
    const talk = setInterval(() => name === 'source' && channel.write('harness: ready\n'), 100);
    talk.unref(); // A test may end before its guests do.
    channel.on('close', () => clearInterval(talk));
    channel.on('killed', () => {
      clearInterval(talk);
      qemu.isUp = false;
      if (qemu !== this.#home) this.#migration?.lose();
    });
  }

  #answer(qemu: PlayedQemu, command: string, args: Readonly<Record<string, unknown>>): unknown {
    if (command === 'query-status') return {status: this.#mishap.left ?? 'running'};
    if (command === 'query-migrate') return qemu.figures;
    if (qemu !== this.#home) return {};
    this.#settings = told(this.#settings, command, args);
    if (command === 'migrate-set-parameters' && !this.#settings.isHeld) this.#migration?.release();
    if (command === 'migrate') this.#migrate(qemu);
    if (command === 'migrate-continue') this.#migration!.goOn();
    if (command === 'migrate_cancel') this.#cancel();
    return {};
  }

  /** Migrates from the guest's home to the QEMU that was started last. */
  #migrate(source: PlayedQemu): void {
    if (this.#mishap.dies) {
      source.channel.stderr.write('qemu: vfio: device is gone\n');
      source.channel.exit(1);
      source.channel.end();
      return;
    }
    if (this.#mishap.console) source.channel.write(`${this.#mishap.console}\n`);
    if (this.#mishap.complains) source.channel.stderr.write(`${this.#mishap.complains}\n`);
    const target = [...this.#qemus.values()].at(-1)!;
    if (this.#mishap.targetDies) {
      source.figures = {status: 'failed', 'error-desc': this.#mishap.targetDies};
      target.channel.exit(1);
      target.channel.end();
      return;
    }
    const figures = {'total-time': 2400, ...this.#mishap.migration};
    const status = String(this.#mishap.migration?.['status'] ?? 'completed');
    const over = (ended: string): void => {
      source.figures = {...figures, status: ended};
      target.figures = {status: ended};
      this.#migration = undefined;
      if (ended === 'completed') this.#moveTo(target);
    };
    this.#migration = new PlayedMigration(source.peer!, target.peer!, this.#settings, {status, over});
  }

  /** A destination whose migration is cancelled ends, as QEMU does. */
  #cancel(): void {
    this.#migration!.cancel();
    const target = [...this.#qemus.values()].at(-1)!;
    target.isUp = false;
    target.channel.exit(1);
    target.channel.end();
  }

  #moveTo(home: PlayedQemu): void {
    this.#home = home;
    setTimeout(() => this.#say({event: 'switchover', oracle: this.#oracle()}), 20);
  }

  #command(word: string): void {
    const [verb, argument] = word.split(' ');
    if (word === this.#mishap.failsAt) {
      this.#say({event: 'error', message: 'write: EIO'});
      return;
    }
    if (verb === 'start') this.#say({event: 'started'});
    if (verb === 'mark' && this.#mishap.workload) this.#workload!.write(`${this.#mishap.workload}\n`);
    else if (verb === 'mark') this.#say({event: 'marked', phase: argument});
    if (verb === 'check') this.#say({event: 'checked', oracle: this.#oracle()});
    if (verb === 'storm') this.#say({event: 'storming'});
    if (verb === 'rebind' || verb === 'rescan') this.#say({event: 'rebound', ms: 5});
    if (verb === 'stop') this.#stop();
  }

  #startWorkload(channel: ServerChannel): void {
    this.#workload = channel;
    channel.write('{"event":"ready","live":4096,"pages":16384}\n');
    channel.on('data', (chunk: Buffer) => {
      for (const word of chunk.toString().trim().split('\n')) this.#command(word);
    });
  }

  #stop(): void {
    const report = {
      operations: 10,
      errors: 0,
      firstError: null,
      phases: [],
      timeline: {intervalMs: 100, startNs: 0, operations: [1]},
      longestGap: {ns: 1e6, atNs: 0, phase: 'migration'},
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
