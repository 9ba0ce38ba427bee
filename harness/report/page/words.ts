import type {Verdict, VerdictKind} from '../../analysis/verdict.ts';
import {type Content, html} from '../html/html.ts';

const signs: Readonly<Record<VerdictKind, string>> = {better: '▲', worse: '▼', same: '=', unclear: '?'};

/** Words about a verdict with its sign and its colour. */
export function verdictMark(kind: VerdictKind, words: string): Content {
  return html`<span class="${kind}">${signs[kind]} ${words}</span>`;
}

/** A verdict as a paragraph, with the number of trials that may tell. */
export function verdictParagraph({kind, trialsNeeded}: Verdict): Content {
  const words = kind === 'unclear' && trialsNeeded !== null ? `unclear (${trialsNeeded} trials)` : kind;
  return html`<p class="${kind}">${signs[kind]} ${words}`;
}

/** A unit as it is printed: micro is µ, and a plain count has none. */
export function unitText(unit: string): string {
  if (unit === 'count') return '';
  return unit === 'us' ? 'µs' : unit;
}

/** The title of an axis: a name with its unit. */
export function withUnit(name: string, unit: string): string {
  const text = unitText(unit);
  return text === '' ? name : `${name} in ${text}`;
}

/** `1 trial`, `2 trials`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** A value as tables of data have it: short of the noise of binary fractions. */
export function plain(value: number): string {
  return String(Number(value.toPrecision(9)));
}
