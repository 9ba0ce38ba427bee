import test from 'ava';
import {rankAgreement} from '../../analysis/agreement.ts';
import {makeDigest} from '../../analysis/digest.ts';
import {clockTable} from '../../report/clocks.ts';
import type {Digest} from '../../result/digest.ts';
import {makeResult, oncePerTrial} from '../fakes/result.ts';

const digestOf = (
  clock: Digest['clock'],
  series: string,
  ms: number,
  variant = clock === 'virtual' ? 'clock=virtual' : '',
) =>
  makeDigest({
    results: [makeResult({series, clock, metrics: [oncePerTrial('migration.total', [ms])]})],
    base: [],
    variant,
  });

const ranking = (...names: string[]) => new Map(names.map((name, place) => [name, place] as const));

test('rankings agree wholly, not at all, or in part', t => {
  t.is(rankAgreement(ranking('a', 'b', 'c'), ranking('a', 'b', 'c')), 1);
  t.is(rankAgreement(ranking('a', 'b', 'c'), ranking('c', 'b', 'a')), -1);
  t.is(rankAgreement(ranking('a', 'b', 'c'), ranking('a', 'c', 'b')), 1 / 3);
});

test('things that are equal in both rankings agree, those that are in one count for less', t => {
  const equal = (name: string) => [name, 7] as const;
  t.is(rankAgreement(new Map([equal('a'), equal('b'), ['c', 9]]), new Map([equal('a'), equal('b'), ['c', 8]])), 1);
  t.is(rankAgreement(ranking('a', 'b', 'c'), new Map([equal('a'), equal('b'), ['c', 8]])), 2 / Math.sqrt(6));
});

test('what only one ranks does not count, and rankings without an order have no agreement', t => {
  t.is(rankAgreement(ranking('a', 'b', 'c'), ranking('b', 'c')), 1);
  t.is(rankAgreement(ranking('a'), ranking('a')), null);
  t.is(
    rankAgreement(
      ranking('a', 'b'),
      new Map([
        ['a', 1],
        ['b', 1],
      ]),
    ),
    null,
  );
});

test('each metric that both clocks have is a row, with the designs in their order', t => {
  const digests = [
    digestOf('wall', 'upstream', 2000),
    digestOf('wall', 'gpa-map', 1000),
    digestOf('virtual', 'gpa-map', 300),
    digestOf('virtual', 'upstream', 700),
    digestOf('virtual', 'other', 1, 'clock=virtual, devices=2'),
  ];
  const {name} = digests[0]!.scenario;
  t.is(
    clockTable(digests, name).split('\n').at(-1),
    '| `migration.total` | gpa-map 1,000, upstream 2,000 | gpa-map 300, upstream 700 | 1 |',
  );
  t.is(clockTable(digests.slice(0, 2), name), 'None has been measured.');
  t.is(clockTable(digests, 'another'), 'None has been measured.');
});
