import readline from 'node:readline';
import {z} from 'zod';
import type {Deadline} from '../base/deadline.ts';
import type {Emit} from '../base/events.ts';
import type {Scope} from '../base/scope.ts';
import type {Host, Running} from '../machine/host.ts';
import {guestReportSchema, oracleSchema} from '../result/guest.ts';
import type {Scenario} from '../scenario/schema.ts';
import {traffic} from './machines.ts';

const messageSchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('ready'),
    live: z.int().optional(),
    pages: z.int().optional(),
    flows: z.int().optional(),
    hold: z.int().optional(),
  }),
  z.object({event: z.literal('started')}),
  z.object({event: z.literal('marked'), phase: z.string()}),
  z.object({event: z.literal('switchover'), epoch: z.int().optional(), oracle: oracleSchema}),
  z.object({event: z.literal('checked'), oracle: oracleSchema}),
  z.object({event: z.literal('storming')}),
  z.object({event: z.literal('rebound'), ms: z.number()}),
  z.object({event: z.literal('stopped'), report: guestReportSchema.extend({oracle: oracleSchema})}),
  z.object({event: z.literal('error'), message: z.string()}),
]);

type Message = z.infer<typeof messageSchema>;
type MessageOf<K extends Message['event']> = Extract<Message, {event: K}>;

type Oracle = z.infer<typeof oracleSchema>;

/** What the tool says at its end. */
export type WorkloadReport = Extract<Message, {event: 'stopped'}>['report'];

/** The workload failed: it said so, or ended before its time. */
export class WorkloadFailed extends Error {
  override readonly name = 'WorkloadFailed';
}

/** The command line of the guest's tool for a scenario. */
export function workloadArgv(scenario: Scenario, seed: number): string[] {
  if (scenario.workload === 'vhost-net') return receiverArgv(scenario);
  return [
    [scenario.workload],
    ...Array.from({length: scenario.devices}, (_, index) => ['--device', `/dev/vdmae${index}`]),
    ['--mode', scenario.mode],
    ['--mapping-pages', scenario.mappingPages],
    scenario.mappingMemory === 'scattered' ? ['--scattered'] : [],
    ['--live', scenario.liveMappings],
    ['--pages', scenario.pages],
    ['--seed', seed],
    ['--pattern', scenario.pattern],
    ['--bytes', scenario.writeBytes],
    ['--queue-depth', scenario.queueDepth],
  ]
    .flat()
    .map(String);
}

/** Flows of datagrams; the first is read as it comes, the others are held back. */
const flows = 5;

function receiverArgv({liveMappings}: Scenario): string[] {
  return ['flow-receiver', '--flows', String(flows), '--hold', String(Math.ceil(liveMappings / (flows - 1)))];
}

/** The command line of the tool in L1 that sends to the receiver. */
export const senderArgv: readonly string[] = ['flow-sender', '--to', traffic.l2, '--flows', String(flows)];

/** The workload tool, running in the guest: lines of JSON come out, commands go in. */
export class Workload {
  readonly #running: Running;
  /** What nobody has waited for yet. */
  #unread: Message[] = [];
  readonly #waiters = new Set<() => void>();
  #failure: WorkloadFailed | undefined;
  #lastOracle: Oracle | undefined;

  private constructor(running: Running, emit: Emit) {
    this.#running = running;
    const errors: string[] = [];
    running.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
    running.stdin.on('error', () => {}); // A lost connection ends the program, which `exited` tells.
    const lines = readline.createInterface({input: running.stdout});
    lines.on('error', () => {}); // Likewise.
    lines.on('line', line => this.#receive(line, emit));
    void running.exited.then(how => this.#fail(`the workload ended: ${how} ${errors.join('').trim()}`.trim()));
  }

  /** Starts the tool; ready when its live set is mapped. The scope ends it. */
  static async start(
    scope: Scope,
    guest: Host,
    argv: readonly string[],
    emit: Emit,
    limit: Deadline,
  ): Promise<Workload> {
    const running = await guest.start(argv);
    scope.defer('stop the workload', () => running.kill());
    const workload = new Workload(running, emit);
    await workload.wait('ready', limit);
    return workload;
  }

  /** What the tool found when it last checked its pages, asked or not. */
  get lastOracle(): Oracle | undefined {
    return this.#lastOracle;
  }

  /** Sends a command: `start`, `mark NAME`, `check`, `storm`, `rebind`, `rescan` or `stop`. */
  send(line: string): void {
    this.#running.stdin.write(`${line}\n`);
  }

  /** Sends a command, and waits for its answer. */
  async ask<K extends Message['event']>(line: string, kind: K, limit: Deadline): Promise<MessageOf<K>> {
    this.send(line);
    return await this.wait(kind, limit);
  }

  /** Resolves with the next message of this kind that nobody has waited for, whether it has come already or not. */
  async wait<K extends Message['event']>(kind: K, limit: Deadline): Promise<MessageOf<K>> {
    for (;;) {
      const found = this.#unread.find((message): message is MessageOf<K> => message.event === kind);
      if (found) {
        this.#unread = this.#unread.filter(message => message !== found);
        return found;
      }
      if (this.#failure) throw this.#failure;
      await limit.race(new Promise<void>(resolve => this.#waiters.add(resolve)));
    }
  }

  #receive(line: string, emit: Emit): void {
    try {
      const message = messageSchema.parse(JSON.parse(line));
      emit({kind: 'workload', message});
      if ('oracle' in message) this.#lastOracle = message.oracle;
      if (message.event === 'error') this.#fail(message.message);
      else this.#unread.push(message);
    } catch (cause) {
      this.#fail(`not a line of the workload's protocol: ${line.slice(0, 200)}`, cause);
    }
    this.#wake();
  }

  #fail(message: string, cause?: unknown): void {
    this.#failure ??= new WorkloadFailed(message, {cause});
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }
}
