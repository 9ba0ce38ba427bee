import type {Duplex} from 'node:stream';
import {quote} from './guest.ts';
import type {Host, Running} from './host.ts';
import type {Shell} from './shell.ts';
import type {Endpoint} from './spec.ts';

/** Where a program's pipes are in the guest, and the number of its process. */
type Kept = {readonly folder: string; readonly pid: number};

/** What programs that are kept are to be known by, the one that was started first in front. */
export type SavedPrograms = {
  /** How many monitors were given a place, and how many programs were started. */
  readonly endpoints: number;
  readonly started: number;
  readonly programs: readonly Kept[];
};

/** What follows a program, each by a channel of the connection. */
type Followers = {readonly output: Running; readonly errors: Running; readonly end: Running};

/** The port of the first monitor; the next one has the next port. */
const firstPort = 4001;

/**
 * Programs in a guest that outlive the connection to it. Otherwise a program hangs on a channel of that: here it writes to
 * named pipes, which whoever follows it reads. What it writes while nobody follows it is lost.
 */
export class KeptPrograms implements Host {
  readonly name: string;
  readonly #guest: Shell;
  readonly #folder: string;
  readonly #followed = new Map<Kept, Followers>();
  /** Resolves when the guest is gone, and with it the programs that nobody follows any more. */
  readonly #gone: Promise<void>;
  #endpoints = 0;
  #started = 0;

  /** Tells that the guest is gone. */
  lose = (): void => {};

  /** Pipes are made in a folder of the guest's. */
  constructor(guest: Shell, folder = '/run/kept') {
    this.name = guest.name;
    this.#guest = guest;
    this.#folder = folder;
    this.#gone = new Promise(resolve => {
      this.lose = resolve;
    });
  }

  async start(argv: readonly string[]): Promise<Running> {
    this.#started += 1;
    const folder = `${this.#folder}/${this.#started}`;
    await this.#guest.run('starting a program', startScript(folder, argv));
    const [followers, pid] = await Promise.all([
      this.#readPipes(folder),
      this.#guest.run('starting a program', `cat ${folder}/pid`),
    ]);
    return this.#follow({folder, pid: Number(pid)}, followers);
  }

  async newEndpoint(): Promise<Endpoint> {
    this.#endpoints += 1;
    return `tcp:127.0.0.1:${firstPort + this.#endpoints - 1}`;
  }

  connect(endpoint: Endpoint): Promise<Duplex> {
    return this.#guest.connect(endpoint);
  }

  /** Follows the programs no more, so that the connection may end; gives what they are to be known by. */
  async letGo(): Promise<SavedPrograms> {
    const saved = {endpoints: this.#endpoints, started: this.#started, programs: [...this.#followed.keys()]};
    const channels = [...this.#followed.values()].flatMap(({output, errors, end}) => [output, errors, end]);
    this.#followed.clear();
    for (const one of channels) one.kill();
    await Promise.all(channels.map(one => one.exited));
    return saved;
  }

  /** Follows the programs of a guest that was saved. */
  async takeOver({endpoints, started, programs}: SavedPrograms): Promise<Running[]> {
    this.#endpoints = endpoints;
    this.#started = started;
    return Promise.all(programs.map(async one => this.#follow(one, await this.#readPipes(one.folder))));
  }

  async #readPipes(folder: string): Promise<Followers> {
    const read = (pipe: string): Promise<Running> => this.#guest.start(['cat', `${folder}/${pipe}`]);
    const [output, errors, end] = await Promise.all([read('output'), read('errors'), read('end')]);
    for (const {stderr} of [output, errors, end]) stderr.resume(); // A channel that is not read to its end has none.
    return {output, errors, end};
  }

  #follow(kept: Kept, {output, errors, end}: Followers): Running {
    this.#followed.set(kept, {output, errors, end});
    let how = '';
    end.stdout.on('data', (chunk: Buffer) => {
      how += chunk;
    });
    const exited = Promise.all([output.exited, errors.exited, end.exited]).then(async () => {
      const isFollowed = this.#followed.delete(kept);
      if (!isFollowed) await this.#gone;
      return how.trim() || 'connection lost';
    });
    const kill = (): void => {
      this.#guest.start(['sh', '-c', `kill -9 ${kept.pid}`]).catch(() => {}); // Where the guest is gone, so is the program.
    };
    return {stdin: output.stdin, stdout: output.stdout, stderr: errors.stdout, exited, kill};
  }
}

/** Starts a program once its output is followed, since a pipe opens when both of its ends do; then its number is told. */
function startScript(folder: string, argv: readonly string[]): string {
  const keep = `
    exec > output 2> errors
    "$@" &
    exec > pid 2> /dev/null
    echo $!
    exec > /dev/null
    wait $!
    echo "exit code $?" > end`;
  return `
    mkdir -p ${folder}
    cd ${folder}
    mkfifo output errors end pid
    setsid sh -c ${quote(keep)} sh ${argv.map(quote).join(' ')} < /dev/null > /dev/null 2>&1 &`;
}
