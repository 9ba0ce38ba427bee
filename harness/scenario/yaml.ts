import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {type Document, isMap, isNode, isScalar, LineCounter, parseDocument} from 'yaml';
import {asError, UserError} from '../base/errors.ts';

/** Where a complaint points: at a key, or at what stands behind it. */
export type Place = {readonly path: readonly PropertyKey[]; readonly part: 'key' | 'value'};

/** A YAML file that is well formed: its plain value, and where its parts stand. */
export type Yaml = {
  readonly value: unknown;
  /** Gives `file:line:column` of a place, or of the nearest thing around it. */
  readonly locate: (place: Place) => string;
};

/** Reads a YAML file. All its syntax errors come at once; a file that is missing is the caller's to explain. */
export async function readYaml(file: string, hint: string): Promise<Yaml> {
  const lines = new LineCounter();
  const document = parseDocument(await readText(file, hint), {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  });
  const at = (offset: number): string => {
    const {line, col} = lines.linePos(offset);
    return `${shown(file)}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  if (document.errors.length > 0) {
    throw new UserError(document.errors.map(error => `${at(error.pos[0])} ${error.message}`).join('\n'), {hint});
  }
  return {value: toValue(document, at(0), hint), locate: place => at(offsetOf(document, place))};
}

/** A file as messages name it: short where it lies below the working directory. */
export function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}

async function readText(file: string, hint: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw cause;
    throw new UserError(`cannot read ${shown(file)}: ${asError(cause).message}`, {hint, cause});
  }
}

function toValue(document: Document, start: string, hint: string): unknown {
  if (document.contents === null) throw new UserError(`${start} the file is empty`, {hint});
  if (!isMap(document.contents)) throw new UserError(`${start} the file must hold fields: lines of key: value`, {hint});
  try {
    return document.toJS();
  } catch (cause) {
    throw new UserError(`${start} ${asError(cause).message}`, {hint, cause}); // An alias without its anchor.
  }
}

function offsetOf(document: Document, {path: keys, part}: Place): number {
  const parent = part === 'key' ? document.getIn(keys.slice(0, -1), true) : undefined;
  if (isMap(parent)) {
    const key = parent.items.find(item => isScalar(item.key) && String(item.key.value) === keys.at(-1))?.key;
    if (isNode(key) && key.range) return key.range[0];
  }
  for (let depth = keys.length; depth >= 0; depth -= 1) {
    const node = document.getIn(keys.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
