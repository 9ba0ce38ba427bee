/**
 * How far two rankings of the same things agree: 1 where each two stand in the same order in both, -1 where none do.
 * Kendall's tau-a: two that are equal in either count as neither. Nothing for less than two things.
 */
export function rankAgreement(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number | null {
  const names = [...one.keys()].filter(name => other.has(name));
  const signs = names.flatMap((a, index) =>
    names.slice(index + 1).map(b => Math.sign(one.get(a)! - one.get(b)!) * Math.sign(other.get(a)! - other.get(b)!)),
  );
  return signs.length === 0 ? null : signs.reduce((sum, sign) => sum + sign, 0) / signs.length;
}
