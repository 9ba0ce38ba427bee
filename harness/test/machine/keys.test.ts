import test from 'ava';
import ssh2 from 'ssh2';
import {makeKeyPair} from '../../machine/keys.ts';

test('every pair of keys can be used: one in 256 of ssh2’s own cannot', t => {
  for (let count = 0; count < 1000; count += 1) {
    const pair = makeKeyPair();
    const [privateKey, publicKey] = [ssh2.utils.parseKey(pair.private), ssh2.utils.parseKey(pair.public)];
    if (privateKey instanceof Error || publicKey instanceof Error) return t.fail(pair.public);
    if (publicKey.getPublicSSH().length !== 51) return t.fail(pair.public);
  }
  t.pass();
});
