import path from 'node:path';
import test from 'ava';
import {makeResampling} from '../../analysis/resampling.ts';
import {judge, type Pair} from '../../analysis/verdict.ts';
import {readNoiseFile, recordedNoise} from '../../result/noise-floor.ts';
import {normals} from '../fakes/normals.ts';
import {root} from '../repo.ts';

const resampling = makeResampling();

/** A busy machine takes its time over thousands of judgements. */
const patience = 120_000;

/** Of 1000 comparisons of three metrics, how many give each verdict of the first metric, and any wrong one at all. */
function simulate(change: number, deviation: number, trials: number, floor: number | null = null) {
  const normal = normals(7);
  const sample = (mean: number): number[] => Array.from({length: trials}, () => normal(mean, deviation * mean));
  const comparisons = Array.from({length: 1000}, () => {
    const pairs = ['changed', 'same', 'same too'].map((name, index): Pair => {
      const other = sample(100 * (1 + (index === 0 ? change : 0)));
      return {name, better: 'lower', base: sample(100), other, floor};
    });
    return judge(pairs, resampling).map(({kind}) => kind);
  });
  const isJudged = (kind: string | undefined): boolean => kind === 'better' || kind === 'worse';
  return {
    worse: comparisons.filter(([first]) => first === 'worse').length,
    judged: comparisons.filter(kinds => kinds.some(isJudged)).length,
    wrong: comparisons.filter(kinds => kinds.slice(1).some(isJudged)).length,
  };
}

test('of 1000 comparisons of a series with itself, at most 5 % find a difference', t => {
  t.timeout(patience);
  const {judged} = simulate(0, 0.015, 10);
  t.log(`${judged} of 1000`);
  t.true(judged <= 50);
});

test('a change of 3 % is found in 95 % of 1000, where trials vary by 1.5 %', t => {
  t.timeout(patience);
  const {worse, wrong} = simulate(0.03, 0.015, 20);
  t.log(`found in ${worse} of 1000, ${wrong} wrong verdicts on what did not change`);
  t.true(worse >= 950);
  t.true(wrong <= 50);
});

test('so it is at the floor that was measured under the virtual clock, in ten trials each', async t => {
  t.timeout(patience);
  const noise = await readNoiseFile(path.join(root, recordedNoise));
  const {variation, floor} = noise!.metrics['migration.total']!;
  t.is(noise!.place.clock, 'virtual');
  const {worse, wrong} = simulate(0.03, variation, 10, floor);
  t.log(
    `trials vary by ${(100 * variation).toFixed(2)} %, floor ${(100 * floor).toFixed(2)} %: found in ${worse} of 1000`,
  );
  t.true(worse >= 950);
  t.true(wrong <= 50);
});
