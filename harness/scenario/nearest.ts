/** Suggests the known name that a misspelt one is close to, as the end of a sentence; else nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const tolerance = Math.ceil(name.length / 3);
  const best = known
    .map(candidate => ({candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase())}))
    .filter(({distance}) => distance <= tolerance)
    .sort((a, b) => a.distance - b.distance)[0];
  return best === undefined ? '' : `; did you mean ${best.candidate}?`;
}

/** Letters to insert, remove or replace to get from one word to the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({length: to.length + 1}, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = row[column]! + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, row[column + 1]! + 1, next[column]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
