/** One trial to come: which arm, which trial of the arm, and where it stands in the whole run. */
export type PlannedTrial = {readonly arm: number; readonly index: number};

/**
 * The order of all trials of a run: every arm once in each round, and every other round backwards, so that a
 * drift of the machine falls on all arms alike. An arm that has done trials already sits their rounds out.
 */
export function orderTrials(done: readonly number[], repeat: number): PlannedTrial[] {
  const forwards = done.map((_, arm) => arm);
  return Array.from({length: repeat}, (_, index) => {
    const round = index % 2 === 0 ? forwards : forwards.toReversed();
    return round.filter(arm => index >= done[arm]!).map(arm => ({arm, index}));
  }).flat();
}
