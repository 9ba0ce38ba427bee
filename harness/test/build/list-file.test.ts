import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {readListFile} from '../../build/list-file.ts';
import {temporaryFolder} from '../folder.ts';

test('a list has its lines in their order, without comments and empty lines', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {list: '# what it is\n\n--b=1\n  --a  # why\n'});
  t.deepEqual(await readListFile(path.join(folder, 'list')), ['--b=1', '--a']);
});
