import {createWriteStream} from 'node:fs';
import readline from 'node:readline';
import type {Readable} from 'node:stream';
import type {Emit} from '../base/events.ts';
import {isSplat} from './splats.ts';

/** How many lines after the first of a fault belong to its report. */
const splatLines = 40;

/** A machine's serial console: kept in a file, watched for faults, and waited on. */
export class Console {
  /** The faults so far, each with the lines that followed it. */
  readonly splats: string[] = [];
  readonly file: string;
  readonly #lines: string[] = [];
  readonly #watchers = new Set<(line: string) => void>();
  #recording = 0;

  constructor(machine: string, stream: Readable, file: string, emit: Emit) {
    this.file = file;
    stream.pipe(createWriteStream(file, {flags: 'a'}));
    const lines = readline.createInterface({input: stream});
    lines.on('error', () => {}); // The end of the machine is seen by whoever waits for its exit.
    lines.on('line', line => {
      emit({kind: 'console', machine, line});
      this.#lines.push(line);
      this.#scan(line);
      for (const watch of [...this.#watchers]) watch(line);
    });
  }

  /** Resolves with the match of the first line that fits the pattern, whether it has come already or not. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    for (const line of this.#lines) {
      const match = pattern.exec(line);
      if (match) return Promise.resolve(match);
    }
    return new Promise(resolve => {
      const watch = (line: string): void => {
        const match = pattern.exec(line);
        if (!match) return;
        this.#watchers.delete(watch);
        resolve(match);
      };
      this.#watchers.add(watch);
    });
  }

  #scan(line: string): void {
    if (this.#recording > 0) {
      this.splats.push(`${this.splats.pop()}\n${line}`);
      this.#recording -= 1;
    } else if (isSplat(line)) {
      this.splats.push(line);
      this.#recording = splatLines;
    }
  }
}
