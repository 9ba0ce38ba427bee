/**
 * How far two rankings of the same things agree: 1 where each two stand in the same order in both, -1 where none do.
 * Kendall's tau-b (M. G. Kendall, The treatment of ties in ranking problems, 1945): two that are equal in both rankings
 * agree. Nothing where all are equal in one of them, or there are less than two.
 */
export function rankAgreement(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number | null {
  const names = [...one.keys()].filter(name => other.has(name));
  const pairs = names.flatMap((a, index) => names.slice(index + 1).map(b => [a, b] as const));
  const orderIn = (ranking: ReadonlyMap<string, number>): number[] =>
    pairs.map(([a, b]) => Math.sign(ranking.get(a)! - ranking.get(b)!));
  const [mine, theirs] = [orderIn(one), orderIn(other)];
  const ordered = (signs: readonly number[]): number => signs.filter(sign => sign !== 0).length;
  const all = Math.sqrt(ordered(mine) * ordered(theirs));
  if (all === 0) return null;
  return mine.reduce((sum, sign, index) => sum + sign * theirs[index]!, 0) / all;
}
