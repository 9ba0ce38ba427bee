import {createHash} from 'node:crypto';

/** Anything that JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | {readonly [key: string]: Json};

/** Hex sha256 of a text. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Names a built thing by all that goes into it: 16 hex digits of the sha256 of the inputs. The order in which
 * an object's keys were written does not count.
 */
export function fingerprint(inputs: Json): string {
  return sha256(canonical(inputs)).slice(0, 16);
}

function canonical(value: Json): string {
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
