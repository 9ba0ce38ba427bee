import path from 'node:path';
import test from 'ava';
import {makeDigest} from '../../analysis/digest.ts';
import {Scope} from '../../base/scope.ts';
import {isDigest, readDigest, readDigests, writeDigest} from '../../result/digest.ts';
import {complaintOf} from '../complaint.ts';
import {makeResult, makeUpstream} from '../fakes/result.ts';
import {temporaryFolder} from '../folder.ts';

const digest = makeDigest({results: [makeResult()], base: [makeUpstream()], variant: 'devices=2'});

test('a digest is read as it was written, and told from a result', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'result.json': JSON.stringify(makeResult())});
  const file = path.join(folder, 'digest.json');
  await writeDigest(file, digest);
  t.deepEqual(await readDigest(file), digest);
  t.true(await isDigest(file));
  t.false(await isDigest(path.join(folder, 'result.json')));
});

test('all that is wrong with a digest is said at once', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {
    'bad.json': JSON.stringify({...digest, trials: -1, series: 7}),
    'cut.json': '{"kind": "di',
  });
  const {message} = await complaintOf(t, readDigest(path.join(folder, 'bad.json')), folder);
  t.regex(message, /^bad\.json: series: .*\nbad\.json: trials: /);
  const cut = await complaintOf(t, readDigest(path.join(folder, 'cut.json')), folder);
  t.regex(cut.message, /^cannot read cut\.json:1:\d+: the file is cut off here/);
});

test('digests are in folders of their own: what lies beside these is none', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'noise.json': '{}', 'iova-churn/gpa-map.json': JSON.stringify(digest)});
  t.deepEqual(await readDigests(folder), [digest]);
});
