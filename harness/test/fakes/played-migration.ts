import type {QmpPeer} from './qmp-peer.ts';

/** How a played migration ends by itself, and what happens in the guest then. */
export type Ending = {
  readonly status: string;
  /** It is over. */
  readonly over: (status: string) => void;
};

/**
 * QEMU's side of a migration, seen from its monitors: it collects dirty pages twice, pauses where that is asked for,
 * and ends. One that is held ends only when it is released, cancelled, or has lost its destination.
 */
export class PlayedMigration {
  readonly #source: QmpPeer;
  readonly #target: QmpPeer;
  readonly #ending: Ending;
  readonly #isPausing: boolean;
  #isHeld: boolean;
  #isLost = false;
  #isPaused = false;
  #isOver = false;

  constructor(source: QmpPeer, target: QmpPeer, settings: Settings, ending: Ending) {
    this.#source = source;
    this.#target = target;
    this.#ending = ending;
    this.#isHeld = settings.isHeld;
    this.#isPausing = settings.isPausing;
    setTimeout(() => {
      for (const pass of [1, 2]) source.event('MIGRATION_PASS', {pass});
      this.#converge();
    }, 20);
  }

  /** It may converge. */
  release(): void {
    this.#isHeld = false;
    this.#converge();
  }

  goOn(): void {
    this.#isPaused = false;
    this.#end(this.#isLost ? 'failed' : this.#ending.status);
  }

  cancel(): void {
    this.#end('cancelled');
  }

  /** The destination is gone. Nobody notices while the migration pauses. */
  lose(): void {
    this.#isLost = true;
    if (!this.#isPaused) this.#end('failed');
  }

  #converge(): void {
    if (this.#isHeld || this.#isLost || this.#isOver) return;
    this.#isPaused = this.#isPausing;
    if (this.#isPaused) this.#source.event('MIGRATION', {status: 'pre-switchover'});
    else this.#end(this.#ending.status);
  }

  #end(status: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ending.over(status); // First: the answer to query-migrate is there when the event is.
    for (const peer of [this.#source, this.#target]) peer.event('MIGRATION', {status});
  }
}

/** What a source was told before it migrates. */
export type Settings = {readonly isHeld: boolean; readonly isPausing: boolean};

/** Adds what a command says of the next migration. */
export function told(settings: Settings, command: string, args: Readonly<Record<string, unknown>>): Settings {
  if (command === 'migrate-set-parameters' && 'downtime-limit' in args) {
    return {...settings, isHeld: args['downtime-limit'] === 1};
  }
  if (command !== 'migrate-set-capabilities') return settings;
  const capabilities = args['capabilities'] as {capability: string; state: boolean}[];
  const pausing = capabilities.find(({capability}) => capability === 'pause-before-switchover');
  return {...settings, isPausing: pausing?.state ?? settings.isPausing};
}
