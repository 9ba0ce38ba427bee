import {chmod, writeFile} from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {serveQmp, silence} from './qmp-peer.ts';

/**
 * A program that plays QEMU. It takes QEMU's arguments, prints a console, and speaks QMP on its -qmp socket. The
 * guest's command line says how it behaves:
 * refuse      it complains of its arguments and ends
 * splat       its kernel reports a fault
 * mute        it never opens its monitor
 * deaf        it opens its monitor, and says nothing there
 * port=N      the port that leads to its guest's sshd
 */
export async function makeFakeQemu(folder: string): Promise<string> {
  const file = path.join(folder, 'fake-qemu');
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${fileURLToPath(import.meta.url)}' "$@"\n`);
  await chmod(file, 0o755);
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) play(process.argv.slice(2));

function play(argv: readonly string[]): void {
  const option = (name: string): string => argv[argv.indexOf(name) + 1]!;
  const words = option('-append').split(' ');
  const port = words.find(word => word.startsWith('port='))?.slice('port='.length);
  if (words.includes('refuse')) {
    process.stderr.write('qemu-system-x86_64: -device nonsense: no such device\n');
    process.exit(1);
  }
  process.stdout.write('SeaBIOS (version 1.16)\r\n');
  if (words.includes('splat')) process.stdout.write('BUG: kernel NULL pointer dereference, address: 0\r\n');
  setTimeout(() => {}, 60_000); // Whatever it waits for, it does not end by itself.
  if (words.includes('mute')) return;
  const [socket] = option('-qmp').slice('unix:'.length).split(',');
  net
    .createServer(stream => {
      if (words.includes('deaf')) return;
      serveQmp(stream, command => {
        if (command === 'quit') process.exit(0);
        if (command === 'human-monitor-command') return forwardTable(port!);
        if (command === 'sleep') return silence;
        return {};
      });
      setInterval(() => process.stdout.write('harness: ready nested=yes\r\n'), 100);
    })
    .listen(socket);
}

/** The answer to `info usernet`, as QEMU 7.2 words it. */
function forwardTable(port: string): string {
  return [
    'Hub -1 (net0):',
    '  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ',
    `  TCP[HOST_FORWARD]  12       127.0.0.1 ${port}       10.0.2.15    22     0     0`,
    '',
  ].join('\r\n');
}
