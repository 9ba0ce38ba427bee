import net from 'node:net';
import test from 'ava';
import {TimedOut} from '../../base/deadline.ts';
import {UserError} from '../../base/errors.ts';
import {Scope} from '../../base/scope.ts';
import {Guest, quote} from '../../machine/guest.ts';
import {makeKeyPair} from '../../machine/keys.ts';
import {connection} from '../fakes/connection.ts';
import {type GuestBehaviour, print, sshServer} from '../fakes/ssh-server.ts';

async function login(scope: Scope, behaviour: GuestBehaviour) {
  const server = await sshServer(scope, behaviour);
  const guest = scope.use('the guest', await Guest.connect('l1', {port: server.port}, server.login));
  return {server, guest};
}

test('a script runs in a shell that stops at the first failure, and gives what it printed', async t => {
  await using scope = new Scope();
  const lines: string[] = [];
  const {guest} = await login(scope, {
    exec: (line, channel) => {
      lines.push(line);
      print(channel, 'hello\n');
    },
  });
  t.is(await guest.run('greeting', 'echo "it\'s" $X'), 'hello\n');
  t.deepEqual(lines, [`exec sh -ec 'echo "it'\\''s" $X'`]);
});

test('a command that ends at once is not missed, even among many', async t => {
  await using scope = new Scope();
  const {guest} = await login(scope, {exec: (_line, channel) => print(channel, '')});
  const runs = Array.from({length: 300}, () => guest.run('a command', 'true'));
  t.deepEqual(new Set(await Promise.all(runs)), new Set(['']));
});

test('bytes are handed over as they are, however many', async t => {
  await using scope = new Scope();
  const bytes = Buffer.alloc(3_000_000, Buffer.from([0, 255, 10, 13]));
  const {guest} = await login(scope, {
    exec: (_line, channel) => {
      channel.write(bytes);
      channel.exit(0);
      channel.end();
    },
  });
  t.true(bytes.equals(await guest.runForBytes('reading', 'cat file', 30_000)));
});

test('a script that fails is told with its words', async t => {
  await using scope = new Scope();
  const {guest} = await login(scope, {
    exec: (_line, channel) => {
      channel.stderr.write('modprobe: no such module\n');
      print(channel, 'trying\n', 1);
    },
  });
  const error = (await t.throwsAsync(guest.run('loading', 'modprobe x'), {instanceOf: UserError})) as UserError;
  t.regex(error.message, /^l1: loading: exit code 1: /);
  t.regex(error.message, /trying/);
  t.regex(error.message, /modprobe: no such module/);
  t.is(error.hint, 'The command was: modprobe x');
});

test('a script that takes too long is given up', async t => {
  await using scope = new Scope();
  const {guest} = await login(scope, {exec: () => {}});
  await t.throwsAsync(guest.run('waiting', 'sleep 99', 50), {instanceOf: TimedOut, message: /^l1: waiting: no answer/});
});

test('an interrupt ends the wait for a script', async t => {
  await using scope = new Scope();
  const interrupt = new AbortController();
  const {guest} = await login(scope, {exec: () => interrupt.abort(new Error('interrupted'))});
  await t.throwsAsync(guest.run('waiting', 'sleep 99', 30_000, interrupt.signal), {message: 'interrupted'});
});

test('a guest that dies ends what runs in it', async t => {
  await using scope = new Scope();
  const {guest, server} = await login(scope, {exec: () => setTimeout(() => server.cut(), 20)});
  await t.throwsAsync(guest.run('waiting', 'sleep 99'), {message: /^l1: waiting: connection lost/});
  await t.throwsAsync(guest.run('asking', 'true'));
});

test('a program’s input, output, errors and end are its own', async t => {
  await using scope = new Scope();
  const {guest} = await login(scope, {
    exec: (_line, channel) => {
      channel.stderr.write('e');
      channel.on('data', (chunk: Buffer) => print(channel, `got ${chunk}`, 7));
    },
  });
  const program = await guest.start(['cat', 'a b']);
  let text = '';
  program.stdout.on('data', chunk => {
    text += chunk;
  });
  program.stderr.on('data', chunk => {
    text += chunk;
  });
  program.stdin.write('x');
  t.is(await program.exited, 'exit code 7');
  t.deepEqual([...text].sort().join(''), [...'egot x'].sort().join(''));
});

test('a program can be killed', async t => {
  await using scope = new Scope();
  const {guest} = await login(scope, {exec: () => {}});
  const program = await guest.start(['sleep', '99']);
  program.stdout.resume();
  program.stderr.resume();
  program.kill();
  t.is(await program.exited, 'signal SIGKILL');
});

test('a host that shows another key is refused', async t => {
  await using scope = new Scope();
  const server = await sshServer(scope, {});
  const other = makeKeyPair().public;
  await t.throwsAsync(Guest.connect('l1', {port: server.port}, {...server.login, hostKey: other}), {
    message: /^l1: SSH: .*verification failed/,
  });
});

test('a key that the host does not know is no way in', async t => {
  await using scope = new Scope();
  const server = await sshServer(scope, {});
  const {private: privateKey} = makeKeyPair();
  await t.throwsAsync(Guest.connect('l1', {port: server.port}, {...server.login, privateKey}), {message: /^l1: SSH: /});
});

test('a port where nobody listens is an error', async t => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const {port} = server.address() as net.AddressInfo;
  await new Promise(resolve => server.close(resolve));
  const {private: privateKey, public: hostKey} = makeKeyPair();
  await t.throwsAsync(Guest.connect('l1', {port}, {privateKey, hostKey}), {message: /^l1: SSH: .*ECONNREFUSED/});
});

test('an interrupt ends the wait for a guest that does not answer, and leaves it', async t => {
  const [mine, theirs] = connection();
  const interrupt = new AbortController();
  const work = Guest.connect(
    'l1',
    {stream: mine},
    {privateKey: makeKeyPair().private, hostKey: 'x y'},
    interrupt.signal,
  );
  interrupt.abort(new Error('interrupted'));
  await t.throwsAsync(work, {message: 'interrupted'});
  await new Promise(resolve => theirs.on('close', resolve));
});

test('a monitor in the guest is reached through it, and every monitor gets its own port', async t => {
  await using scope = new Scope();
  const ports: number[] = [];
  const {guest} = await login(scope, {
    connect: (_address, port) => {
      ports.push(port);
      const [mine, theirs] = connection();
      theirs.pipe(theirs);
      return mine;
    },
  });
  const endpoints = [await guest.newEndpoint(), await guest.newEndpoint()];
  t.is(new Set(endpoints).size, 2);
  const stream = await guest.connect(endpoints[1]!);
  stream.write('echo');
  const [answer] = await new Promise<Buffer[]>(resolve => stream.once('data', (...data) => resolve(data)));
  t.is(String(answer), 'echo');
  t.is(endpoints[1], `tcp:127.0.0.1:${ports[0]!}`);
});

test('a monitor that does not listen yet is an error', async t => {
  await using scope = new Scope();
  const {guest} = await login(scope, {connect: () => undefined});
  await t.throwsAsync(guest.connect(await guest.newEndpoint()));
});

test('L2 is reached through a stream of L1', async t => {
  await using scope = new Scope();
  const l2 = await sshServer(scope, {exec: (line, channel) => print(channel, `l2 ran ${line}`)});
  const {guest: l1} = await login(scope, {
    connect: (address, port) => {
      t.is(`${address}:${port}`, '192.168.77.2:22');
      const [mine, theirs] = connection();
      l2.serve(theirs);
      return mine;
    },
  });
  const stream = await l1.forward('192.168.77.2', 22);
  const guest = scope.use('L2', await Guest.connect('l2', {stream}, l2.login));
  t.is(await guest.run('a command', 'true'), 'l2 ran exec sh -ec true');
});

const quotes = test.macro((t, word: string, quoted: string) => t.is(quote(word), quoted));

test('a plain word needs no quotes', quotes, '-device', '-device');
test('a path needs no quotes', quotes, '/dev/vdmae0', '/dev/vdmae0');
test('an option needs no quotes', quotes, 'a=b,c:d@e%f+g', 'a=b,c:d@e%f+g');
test('a space needs quotes', quotes, 'a b', "'a b'");
test('a quote is quoted', quotes, "it's", "'it'\\''s'");
test('a variable is quoted', quotes, '$HOME', "'$HOME'");
test('an empty word is a word', quotes, '', "''");
test('a tilde is quoted', quotes, '~', "'~'");
