import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import ssh2 from 'ssh2';
import {build} from '../build/root.ts';
import type {Toolchain} from '../build/toolchain.ts';
import type {Login} from './guest.ts';

/** The keys of one run: how the harness logs in, and which host it must meet. */
export type RunKeys = Login & {
  /** The line of authorized_keys. */
  readonly publicKey: string;
  /** The host's private key, in dropbear's own format. */
  readonly hostPrivateKey: Buffer;
  /** Where the private key is, for a user who wants to look around. */
  readonly identityFile: string;
};

/** Makes fresh keys in a private folder. L1 and L2 of a run share the host key: they come from one hand. */
export async function makeKeys(toolchain: Toolchain, folder: string): Promise<RunKeys> {
  const pair = makeKeyPair();
  const identityFile = path.join(folder, 'id_ed25519');
  await writeFile(identityFile, pair.private, {mode: 0o600});
  const argv = ['dropbearkey', '-t', 'ed25519', '-f', '/mnt/out/host_key'];
  const words = await build(toolchain, 'dropbearkey', [{from: folder, to: '/out', writable: true}], argv);
  const hostKey = /^ssh-ed25519 \S+/m.exec(words)?.[0];
  if (!hostKey) throw new Error(`dropbearkey printed no public key: ${words}`);
  const hostPrivateKey = await readFile(path.join(folder, 'host_key'));
  return {privateKey: pair.private, publicKey: pair.public, hostKey, hostPrivateKey, identityFile};
}

/**
 * Makes a pair of ed25519 keys. ssh2 takes zero bytes at the start of a public key for padding and drops them, so
 * one pair of 256 is broken: then another is made.
 */
export function makeKeyPair(): {readonly private: string; readonly public: string} {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', {comment: 'harness'});
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}
