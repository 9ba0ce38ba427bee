/** Sums counts of a section over the trials that have it; null where none has. */
export function sumOf<Key extends string>(
  sections: readonly Readonly<Record<Key, number>>[],
  keys: readonly Key[],
): Record<Key, number> | null {
  if (sections.length === 0) return null;
  const totals = keys.map(key => [key, sections.reduce((total, section) => total + section[key], 0)]);
  return Object.fromEntries(totals) as Record<Key, number>;
}
