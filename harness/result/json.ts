import {asError} from '../base/errors.ts';

/** Why a text is not JSON, and where that shows; lines and columns count from 1. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly line: number;
  readonly column: number;

  constructor(message: string, place: {line: number; column: number}, cause: unknown) {
    super(message, {cause});
    this.line = place.line;
    this.column = place.column;
  }
}

/** Parses JSON. A text that was cut off is told from one that was never JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const {message} = asError(cause);
    const offset = offsetOf(message, text);
    const isCut = offset >= text.trimEnd().length;
    throw new JsonError(
      isCut ? 'the file is cut off here' : `not JSON: ${shorten(message)}`,
      placeOf(text, offset),
      cause,
    );
  }
}

/** Finds the place of an error in what V8 says of it: a position, or a quotation, or else that the text ended. */
function offsetOf(message: string, text: string): number {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Number(position);
  const [, token, dots, quotation] =
    /^Unexpected token '(.+?)', (\.\.\.)?"(.*)"(?:\.\.\.)? is not valid/s.exec(message) ?? [];
  if (token === undefined || quotation === undefined) return text.length;
  const charactersBefore = dots === undefined ? quotation.indexOf(token) : 10;
  return text.indexOf(quotation) + charactersBefore;
}

function shorten(message: string): string {
  return message.replace(/ in JSON at position .*$/s, '').replace(/, (\.\.\.)?".*$/s, '');
}

function placeOf(text: string, offset: number): {line: number; column: number} {
  const before = text.slice(0, offset).split('\n');
  return {line: before.length, column: before.at(-1)!.length + 1};
}
