import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {freeFolder} from '../../experiment/free-folder.ts';
import {temporaryFolder} from '../folder.ts';

test('a trial that is run anew has a folder beside those that were there', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'a-001/l1.console.log': '', 'b-001/x': '', 'b-001-again/x': ''});
  const names = await Promise.all(['a-001', 'b-001', 'c-001'].map(name => freeFolder(path.join(folder, name))));
  t.deepEqual(
    names.map(name => path.basename(name)),
    ['a-001-again', 'b-001-again-again', 'c-001'],
  );
});
