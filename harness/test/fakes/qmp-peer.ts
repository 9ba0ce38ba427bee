import readline from 'node:readline';
import type {Duplex} from 'node:stream';

/** What the other side of a monitor does with a command: gives the answer, or throws what becomes an error. */
export type Answer = (command: string, args: Readonly<Record<string, unknown>>, peer: QmpPeer) => unknown;

/** The other side of a monitor. */
export type QmpPeer = {
  /** The commands that came, in their order. */
  readonly commands: string[];
  event(name: string, data?: unknown): void;
  /** Says something that is no message of the protocol. */
  say(line: string): void;
};

/** An answer that never comes. */
export const silence = Symbol('silence');

/** Answers every command with nothing, as QEMU does for those that give no value. */
export const agree: Answer = () => ({});

/** Speaks QEMU's side of the machine protocol. Answers may come as promises, and so out of order. */
export function serveQmp(stream: Duplex, answer: Answer = agree): QmpPeer {
  const send = (message: unknown): void => void stream.write(`${JSON.stringify(message)}\r\n`);
  const peer: QmpPeer = {
    commands: [],
    event: (event, data) => send({event, data, timestamp: {seconds: 1, microseconds: 2}}),
    say: line => void stream.write(`${line}\r\n`),
  };
  const reply = async (id: number, command: string, args: Readonly<Record<string, unknown>>): Promise<void> => {
    peer.commands.push(command);
    try {
      const value = command === 'qmp_capabilities' ? {} : await answer(command, args, peer);
      if (value !== silence) send({return: value, id});
    } catch (error) {
      send({error: {class: 'GenericError', desc: (error as Error).message}, id});
    }
  };
  stream.on('error', () => {}); // The client may hang up in the middle of a word.
  const lines = readline.createInterface({input: stream});
  lines.on('error', () => {});
  lines.on('line', line => {
    const {execute, arguments: args = {}, id} = JSON.parse(line);
    void reply(id, execute, args);
  });
  send({QMP: {version: {qemu: {major: 10, minor: 0, micro: 0}}, capabilities: ['oob']}});
  return peer;
}
