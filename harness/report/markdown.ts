import type {Comparison} from '../analysis/compare.ts';
import {
  differenceLines,
  footnotes,
  metricTable,
  type Table,
  verdictLines,
  verdictOf,
  warningLines,
} from './contents.ts';

const firstFigure = 2;

/** Writes a comparison as Markdown. */
export function comparisonMarkdown(comparison: Comparison): string {
  const arms = [comparison.base, ...comparison.others];
  const warnings = warningLines(comparison);
  const verdicts = verdictLines(comparison);
  return blocks([
    list(arms.map(arm => `**${escaped(arm.label)}**: ${escaped(verdictOf(arm))}`)),
    ...(comparison.comparable ? [] : ['Not comparable:', list(differenceLines(comparison).map(escaped))]),
    table(metricTable(comparison), firstFigure),
    ...(verdicts.length === 0 ? [] : [list(verdicts.map(escaped))]),
    ...footnotes(comparison).map(escaped),
    ...(warnings.length === 0 ? [] : ['Warnings:', list(warnings.map(escaped))]),
  ]);
}

/** Puts an empty line between blocks. */
export function blocks(parts: readonly string[]): string {
  return `${parts.map(part => part.trimEnd()).join('\n\n')}\n`;
}

/** Writes a table whose columns from `figuresFrom` on are figures, aligned to the right. */
export function table({header, rows}: Table, figuresFrom = header.length): string {
  const rule = header.map((_, column) => (column < figuresFrom ? '---' : '--:'));
  const lines = [header.map(escaped), rule, ...rows.map(row => row.map(escaped))];
  return lines.map(line => `| ${line.join(' | ')} |`).join('\n');
}

/** Keeps text from being taken for Markdown, but for `code`. */
export function escaped(text: string): string {
  const parts = text
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .split(/(`[^`]*`)/);
  return parts.map((part, index) => part.replace(index % 2 === 0 ? /[\\|*<>[\]]/g : /\|/g, '\\$&')).join('');
}

/** Writes a list. */
export function list(items: readonly string[]): string {
  return items.map(item => `- ${item}`).join('\n');
}
