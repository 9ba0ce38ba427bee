import type {AddressInfo} from 'node:net';
import type {Duplex} from 'node:stream';
import ssh2, {type Connection, type ServerChannel} from 'ssh2';
import type {Scope} from '../../base/scope.ts';
import type {Login} from '../../machine/guest.ts';
import {makeKeyPair} from '../../machine/keys.ts';

/** A guest’s sshd, in this process. */
export type SshServer = {
  readonly port: number;
  readonly login: Login;
  /** Speaks SSH on a stream, as after a connection to port 22. */
  serve(stream: Duplex): void;
  /** Cuts all connections, as a guest does that dies. */
  cut(): void;
};

/** What the guest does: runs a command line, and connects to an address and port. */
export type GuestBehaviour = {
  readonly exec?: (line: string, channel: ServerChannel) => void;
  readonly connect?: (address: string, port: number) => Duplex | undefined;
};

/** Who may log in, and which host is met. The guests of a run share them. */
export function makeServerKeys() {
  return {user: makeKeyPair(), host: makeKeyPair()};
}

/** Starts a server that lets in the owner of one key. It ends with the scope. */
export async function sshServer(scope: Scope, behaviour: GuestBehaviour, keys = makeServerKeys()): Promise<SshServer> {
  const connections = new Set<Connection>();
  const server = new ssh2.Server({hostKeys: [keys.host.private]}, connection => {
    connections.add(connection);
    connection.on('error', () => {}); // The client hangs up without a word; that is its right.
    connection.on('close', () => connections.delete(connection));
    welcome(connection, keys.user.public, behaviour);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const connection of connections) destroy(connection);
  };
  scope.defer('close the SSH server', () => {
    cut();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    login: {privateKey: keys.user.private, hostKey: keys.host.public},
    serve: stream => server.injectSocket(stream as never),
    cut,
  };
}

/** A command that prints something and ends. */
export function print(channel: ServerChannel, text: string | Buffer, code = 0): void {
  channel.write(text);
  channel.exit(code);
  channel.end();
}

function welcome(connection: Connection, key: string, {exec, connect}: GuestBehaviour): void {
  connection.on('authentication', context => {
    const wanted = key.split(' ')[1];
    if (context.method === 'publickey' && context.key.data.toString('base64') === wanted) context.accept();
    else context.reject(['publickey']);
  });
  connection.on('session', accept => {
    const session = accept();
    session.on('exec', (acceptExec, reject, {command}) => {
      if (!exec) return reject();
      const channel = acceptExec();
      session.on('signal', (_accept, _reject, {name}) => {
        channel.emit('killed');
        channel.exit(name, false, '');
        channel.end();
      });
      exec(command, channel);
    });
  });
  connection.on('tcpip', (accept, reject, {destIP, destPort}) => {
    const stream = connect?.(destIP, destPort);
    if (!stream) return reject();
    const channel = accept();
    stream.on('error', () => channel.destroy());
    channel.on('error', () => stream.destroy());
    stream.on('close', () => channel.end());
    channel.on('close', () => stream.destroy());
    channel.pipe(stream).pipe(channel);
  });
}

/** Ends a connection at once; the types of ssh2 know only the polite way. */
function destroy(connection: Connection): void {
  (connection as Connection & {_sock: Duplex})._sock.destroy();
}
