import test from 'ava';
import {execa} from 'execa';
import {Scope} from '../../base/scope.ts';
import {installTool} from '../../build/image.ts';
import {temporaryFolder} from '../folder.ts';

/** How a shell ends that installs a tool whose Makefile is this, and then does more. */
async function install(makefile: string): Promise<number | undefined> {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {Makefile: makefile});
  const {exitCode} = await execa('sh', ['-ec', `${installTool(folder, folder)}\ntrue`], {reject: false});
  return exitCode;
}

test('a tool that cannot be built or installed ends the packing of an image', async t => {
  t.is(await install('all install:\n\ttrue\n'), 0);
  t.not(await install('all:\n\tfalse\ninstall:\n\ttrue\n'), 0);
  t.not(await install('all:\n\ttrue\ninstall:\n\tfalse\n'), 0);
});
