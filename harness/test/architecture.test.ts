import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {root} from './repo.ts';

/** From the top of the house to its foundation: a room may use only its own floor and those below. */
const floors = [
  'main.ts',
  'program.ts',
  'commands',
  'report',
  'analysis',
  'experiment',
  'machine',
  'build',
  'posting',
  'plan',
  'scenario',
  'result',
  'base',
];

/** Rooms and files that compute and never touch the world. */
const pure = ['plan', 'posting', 'analysis', 'report', 'machine/qemu-args.ts'];
const world = /^(node:(child_process|dgram|dns|fs|http|https|net|os|readline|tls)|execa|proper-lockfile|ssh2)\b/;

const harness = path.join(root, 'harness');
const files = (await readdir(harness, {recursive: true}))
  .filter(file => file.endsWith('.ts') && !/^(dist|test)\//.test(file))
  .sort();

for (const file of files) {
  test(`${file} stays on its floor`, async t => {
    const source = await readFile(path.join(harness, file), 'utf8');
    const room = roomOf(file);
    const isPure = pure.includes(room) || pure.includes(file);
    t.true(floors.includes(room), `${room} has no floor: add it to the list`);
    for (const [, target] of source.matchAll(/^import\b[^;]*?'([^']+)';$/gm)) {
      if (target!.startsWith('.')) {
        const below = path.relative(harness, path.resolve(harness, path.dirname(file), target!));
        t.true(floors.indexOf(room) <= floors.indexOf(roomOf(below)), `${file} reaches up to ${below}`);
      } else {
        t.false(isPure && world.test(target!), `${file} must stay pure, but imports ${target}`);
      }
    }
    // program.ts loads only the command that is asked for: the others' dependencies would cost every start.
    const imports = file === 'program.ts' ? source.replaceAll("await import('./commands/", '') : source;
    t.notRegex(
      imports,
      /\bimport\(|^export\b[^;{]*(\{[^}]*\})? from '/m,
      'imports stand on top, and nothing is re-exported',
    );
  });
}

function roomOf(file: string): string {
  return file.split('/')[0]!;
}
