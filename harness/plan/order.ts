/** One trial to come: which arm, which trial of the arm, and where it stands in the whole run. */
export type PlannedTrial = {readonly arm: number; readonly index: number};

/**
 * The order of all trials of a run: every arm once in each round, and every other round backwards, so that a
 * drift of the machine falls on all arms alike.
 */
export function orderTrials(arms: number, repeat: number): PlannedTrial[] {
  const forwards = Array.from({length: arms}, (_, arm) => arm);
  return Array.from({length: repeat}, (_, index) => {
    const round = index % 2 === 0 ? forwards : forwards.toReversed();
    return round.map(arm => ({arm, index}));
  }).flat();
}
