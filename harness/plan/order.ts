/** One trial to come: in which cell, of which arm, and which trial of the arm in that cell. */
export type PlannedTrial = {readonly cell: number; readonly arm: number; readonly index: number};

/**
 * The order of all trials of a run: in each round the cells one after the other, and in each cell every arm once. Every
 * other round goes backwards, so that a drift of the machine falls on all arms and all cells alike, while the arms of a
 * cell stay side by side. `done` has the trials that each arm has done already, by cell: they are left out.
 */
export function orderTrials(done: readonly (readonly ReadonlySet<number>[])[], repeat: number): PlannedTrial[] {
  const forwards = done.flatMap((arms, cell) => arms.map((_, arm) => ({cell, arm})));
  return Array.from({length: repeat}, (_, index) => {
    const round = index % 2 === 0 ? forwards : forwards.toReversed();
    return round.filter(({cell, arm}) => !done[cell]![arm]!.has(index)).map(one => ({...one, index}));
  }).flat();
}
