import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {execa} from 'execa';
import type {ServerChannel} from 'ssh2';
import {Scope} from '../../base/scope.ts';
import {Guest} from '../../machine/guest.ts';
import type {Running} from '../../machine/host.ts';
import {KeptPrograms} from '../../machine/kept.ts';
import {type SshServer, sshServer} from '../fakes/ssh-server.ts';
import {temporaryFolder} from '../folder.ts';

/** Runs a command line on this machine, as a guest does. */
function runHere(line: string, channel: ServerChannel): void {
  const child = execa('sh', ['-c', line], {reject: false, buffer: false, stdin: 'ignore'});
  child.stdout.pipe(channel, {end: false});
  child.stderr.pipe(channel.stderr, {end: false});
  channel.on('killed', () => child.kill('SIGKILL'));
  void child.then(({exitCode}) => {
    if (exitCode !== undefined) channel.exit(exitCode);
    channel.end();
  });
}

/** A guest in which command lines run on this machine, and a way to log in to it again. */
async function guestHere(scope: Scope) {
  const folder = await temporaryFolder(scope, {});
  const server = await sshServer(scope, {exec: runHere});
  return {folder, server, kept: await logIn(scope, server, folder)};
}

async function logIn(scope: Scope, {port, login}: SshServer, folder: string): Promise<KeptPrograms> {
  return new KeptPrograms(scope.use('the guest', await Guest.connect('l1', {port}, login)), path.join(folder, 'kept'));
}

/** Says something, waits for a file for half a minute at most, says more, complains, and ends. */
const talk = (file: string): string[] => [
  'sh',
  '-c',
  `echo "$0"; for i in $(seq 3000); do [ -e ${file} ] && break; sleep 0.01; done; echo after; echo alas >&2; exit 3`,
  "it's me",
];

function hear({stdout, stderr}: Running): {readonly said: string; until(words: string): Promise<void>} {
  let said = '';
  for (const stream of [stdout, stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk;
    });
  }
  const until = async (words: string): Promise<void> => {
    while (!said.includes(words)) await new Promise(resolve => setTimeout(resolve, 5));
  };
  return {
    get said() {
      return said;
    },
    until,
  };
}

/** Ends with how the program ended or, where that takes a while, with `runs`. */
function fateOf({exited}: Running): Promise<string> {
  return Promise.race([exited, new Promise<string>(resolve => setTimeout(resolve, 50, 'runs'))]);
}

test('a program that is kept is heard like any other, and tells how it ended', async t => {
  await using scope = new Scope();
  const {folder, kept} = await guestHere(scope);
  const program = await kept.start(talk(path.join(folder, 'go')));
  const heard = hear(program);
  await heard.until("it's me\n");
  await writeFile(path.join(folder, 'go'), '');
  t.is(await program.exited, 'exit code 3');
  t.regex(heard.said, /after\n/);
  t.regex(heard.said, /alas\n/);
});

test('it outlives the connection, and is known by whoever comes next', async t => {
  await using scope = new Scope();
  const {folder, server, kept} = await guestHere(scope);
  const short = await kept.start(['true']);
  hear(short);
  t.is(await short.exited, 'exit code 0');
  const program = await kept.start(talk(path.join(folder, 'go')));
  await hear(program).until("it's me\n");
  const endpoint = await kept.newEndpoint();
  const saved = await kept.letGo();
  server.cut();
  t.is(await fateOf(program), 'runs', 'nobody follows it, which is not its end');
  kept.lose();
  t.is(await program.exited, 'connection lost');

  const next = await logIn(scope, server, folder);
  const [again, ...more] = await next.takeOver(saved);
  t.deepEqual(more, []);
  const heard = hear(again!);
  t.not(await next.newEndpoint(), endpoint);
  const another = await next.start(['echo', 'another']);
  await hear(another).until('another\n');
  await writeFile(path.join(folder, 'go'), '');
  t.is(await again!.exited, 'exit code 3');
  t.regex(heard.said, /after\n/);
});

test('it can be ended', async t => {
  await using scope = new Scope();
  const {folder, kept} = await guestHere(scope);
  const program = await kept.start(talk(path.join(folder, 'never')));
  hear(program);
  program.kill();
  t.is(await program.exited, 'exit code 137');
});
