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

/** Writes a comparison for the terminal. */
export function comparisonText(comparison: Comparison): string {
  const arms = [comparison.base, ...comparison.others];
  const width = Math.max(...arms.map(arm => arm.label.length));
  const sections = [
    arms.map(arm => `${arm.label.padEnd(width)}  ${verdictOf(arm)}`),
    differencesText(comparison),
    align(metricTable(comparison), firstFigure),
    verdictLines(comparison),
    footnotes(comparison),
    warningsText(comparison),
  ];
  return sections
    .filter(lines => lines.length > 0)
    .map(lines => `${lines.join('\n')}\n`)
    .join('\n');
}

/** Writes why a comparison is not one; nothing where it is. */
export function differencesText(comparison: Comparison): string[] {
  if (comparison.comparable) return [];
  return ['Not comparable:', ...differenceLines(comparison).map(line => `  ${line}`)];
}

function warningsText(comparison: Comparison): string[] {
  const lines = warningLines(comparison);
  return lines.length === 0 ? [] : ['Warnings:', ...lines.map(line => `  ${line}`)];
}

/** Writes a table whose columns from `figuresFrom` on are figures, aligned to the right. */
export function align({header, rows}: Table, figuresFrom = header.length): string[] {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map(line => line[column]!.length)));
  return lines.map(line =>
    line
      .map((cell, column) => (column < figuresFrom ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}
