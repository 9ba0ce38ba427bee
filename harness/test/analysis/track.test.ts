import test from 'ava';
import {historyLine} from '../../analysis/history-line.ts';
import {tracksOf} from '../../analysis/track.ts';
import type {HistoryLine} from '../../result/history.ts';
import type {Result} from '../../result/schema.ts';
import {nightResult} from '../fakes/history.ts';
import {withProvenance} from '../fakes/result.ts';

const night = (index: number, changes: Partial<Result> = {}): Result =>
  nightResult(index, {'migration.total': [100]}, changes);
const {scenario, provenance} = night(0);
const {kernel, host} = provenance;

/** Asserts that a second result starts a track of its own, or goes on with the first one's. */
const parts = test.macro((t, other: Result, tracks: number) => {
  t.is(tracksOf([night(0), other].map(historyLine)).length, tracks);
});

test('the same again goes on', parts, night(1), 1);
test('another series does not', parts, night(1, {series: 'upstream'}), 2);
test('another scenario does not', parts, night(1, {scenario: {...scenario, name: 'alias'}}), 2);
test('another value of the scenario does not', parts, night(1, {scenario: {...scenario, liveMappings: 64}}), 2);
test('another accelerator does not', parts, night(1, {accelerator: 'kvm'}), 2);
test('another processor does not', parts, withProvenance(night(1), {host: {...host, cpu: 'Another'}}), 2);
test('another number of cores does not', parts, withProvenance(night(1), {host: {...host, cores: 64}}), 2);
test(
  'another base of the patches does not',
  parts,
  withProvenance(night(1), {
    kernel: {...kernel, source: {kind: 'package', name: 'linux-source-7.2', version: '7.2-1', sha256: ''}},
  }),
  2,
);
test(
  'a newer kernel package goes on',
  parts,
  withProvenance(night(1), {
    kernel: {...kernel, source: {kind: 'package', name: 'linux-source-6.12', version: '6.12.118-1', sha256: ''}},
  }),
  1,
);
test(
  'other patches go on',
  parts,
  withProvenance(night(1), {
    kernel: {...kernel, patches: [{file: 'a.patch', sha256: 'a'.repeat(64)}]},
  }),
  1,
);
test('more trials go on', parts, night(1, {scenario: {...scenario, repeat: 50, look: 'elsewhere'}}), 1);

test('a field that a line is too old to have is what it is by default', t => {
  const {pattern: _, ...older} = scenario;
  t.is(tracksOf([night(0), night(1, {scenario: {...older, name: 'iova-churn'}})].map(historyLine)).length, 1);
  const otherwise = {...scenario, pattern: 'sequential'};
  t.is(
    tracksOf([night(0, {scenario: otherwise}), night(1, {scenario: {...older, name: 'iova-churn'}})].map(historyLine))
      .length,
    2,
  );
});

test('another clock does not go on', t => {
  const lines = [night(0), night(1)].map(historyLine);
  const other = {...lines[1]!, place: {...lines[1]!.place, clock: 'sun'}} as unknown as HistoryLine;
  t.is(tracksOf([lines[0]!, other]).length, 2);
});

test('results stand in the order in which their runs were begun', t => {
  const [track] = tracksOf([2, 0, 1].map(index => historyLine(night(index))));
  t.deepEqual(
    track!.results.map(({run}) => run),
    ['night-0', 'night-1', 'night-2'],
  );
});

test('of a run that went on, only what it came to in the end counts', t => {
  const longer = {...night(0), finishedAt: '2025-02-01T00:00:00Z', trials: []};
  for (const both of [
    [longer, night(0)],
    [night(0), longer],
  ]) {
    const [track] = tracksOf([...both, night(1)].map(historyLine));
    t.deepEqual(
      track!.results.map(({run, finishedAt}) => [run, finishedAt.slice(0, 10)]),
      [
        ['night-0', '2025-02-01'],
        ['night-1', '2025-01-02'],
      ],
    );
  }
});

test('tracks of one scenario are told apart by the values that differ', t => {
  const small = night(0, {scenario: {...scenario, liveMappings: 64}});
  t.deepEqual(
    tracksOf([small, night(1), night(2, {series: 'upstream'})].map(historyLine)).map(({variant}) => variant),
    ['liveMappings=64', 'liveMappings=4096', 'liveMappings=4096'],
  );
  t.is(tracksOf([historyLine(night(1))])[0]!.variant, '');
});
