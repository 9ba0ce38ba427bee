// Runs the harness, compiled anew if a source is newer than the last compilation. Asking tsc every time would
// cost more than all that a dry run does.
import {spawnSync} from 'node:child_process';
import {readdirSync, statSync, utimesSync} from 'node:fs';
import path from 'node:path';

const folder = import.meta.dirname;

/** When a file was last changed, in ms; 0 if it is not there. */
function changed(file) {
  return statSync(path.join(folder, file), {throwIfNoEntry: false})?.mtimeMs ?? 0;
}

const sources = readdirSync(folder, {recursive: true}).filter(
  file => (file.endsWith('.ts') || file === 'tsconfig.json') && !file.startsWith('dist/'),
);
const compiled = 'dist/tsconfig.tsbuildinfo';
if (Math.max(...sources.map(changed)) > changed(compiled)) {
  const tsc = path.join(folder, '../node_modules/.bin/tsc');
  const {status, error} = spawnSync(tsc, ['-p', folder], {stdio: ['ignore', 2, 2]});
  if (error) console.error(`error: ${error.message}\nIs everything installed? Run: npm ci`);
  if (status !== 0) process.exit(2);
  utimesSync(path.join(folder, compiled), new Date(), new Date()); // tsc leaves the file alone if nothing changed.
}
process.setSourceMapsEnabled(true);
await import('./dist/main.js');
