import test from 'ava';
import {byRunOrder, groupByCell} from '../../analysis/cells.ts';
import {curvesOf} from '../../analysis/curves.ts';
import type {CellValues, Sweep} from '../../result/cell.ts';
import {measured} from '../../result/metrics.ts';
import type {Result} from '../../result/schema.ts';
import {makeResult, oncePerTrial} from '../fakes/result.ts';

const sweep = {liveMappings: [64, 1024], pattern: ['random', 'sequential'], devices: [1, 2]};
const cellsIn = ({liveMappings, pattern, devices}: typeof sweep): CellValues[] =>
  liveMappings.flatMap(live =>
    pattern.flatMap(one => devices.map(all => ({liveMappings: live, pattern: one, devices: all}))),
  );

const swept = (series: string, cell: CellValues, total: number): Result =>
  makeResult({series, cell, sweep, metrics: [oncePerTrial('migration.total', [total])]});

const curvesIn = (results: readonly Result[]) =>
  curvesOf(groupByCell(results.map(result => ({result, label: result.series}))));

test('results are parted by scenario and cell', t => {
  const results = [
    makeResult({series: 'a', cell: {devices: 1}}),
    makeResult({series: 'b', cell: {devices: 1}}),
    makeResult({series: 'a', cell: {devices: 2}}),
    makeResult({series: 'a', scenario: {name: 'lazy'}}),
  ];
  t.deepEqual(
    groupByCell(results.map(result => ({result}))).map(({scenario, values, members}) => [
      scenario,
      values,
      members.length,
    ]),
    [
      ['iova-churn', {devices: 1}, 2],
      ['iova-churn', {devices: 2}, 1],
      ['lazy', {}, 1],
    ],
  );
});

test('a run is shown in its own order: cells as they are swept, then series as the scenario lists them', t => {
  const of = (series: string, liveMappings: number): Result =>
    makeResult({series, cell: {liveMappings}, sweep: {liveMappings: [64, 1024, 256]} satisfies Sweep});
  const sorted = [of('gpa-map', 1024), of('gpa-map', 256), of('gpa-map', 64), of('upstream', 64)].sort(byRunOrder);
  t.deepEqual(
    sorted.map(({series, cell}) => [series, cell!['liveMappings']]),
    [
      ['upstream', 64],
      ['gpa-map', 64],
      ['gpa-map', 1024],
      ['gpa-map', 256],
    ],
  );
});

test('a metric is shown against each number that was swept, all else being the same', t => {
  const results = cellsIn(sweep).map((cell, index) => swept('a', cell, index));
  const curves = curvesIn(results);
  t.deepEqual(curves.map(({size, fixed}) => [size, fixed]).sort(), [
    ['devices', 'liveMappings=1024, pattern=random'],
    ['devices', 'liveMappings=1024, pattern=sequential'],
    ['devices', 'liveMappings=64, pattern=random'],
    ['devices', 'liveMappings=64, pattern=sequential'],
    ['liveMappings', 'pattern=random, devices=1'],
    ['liveMappings', 'pattern=random, devices=2'],
    ['liveMappings', 'pattern=sequential, devices=1'],
    ['liveMappings', 'pattern=sequential, devices=2'],
  ]);
  const [curve] = curves.find(({fixed}) => fixed === 'pattern=sequential, devices=2')!.curves;
  t.deepEqual(curve!.samples, [
    {size: 64, values: [3]},
    {size: 1024, values: [7]},
  ]);
});

test('each arm has a curve, and what gives several values a trial has their median', t => {
  const of = (series: string, devices: number) =>
    makeResult({series, cell: {devices}, metrics: [measured('vfio.sync_time', [[1, 2, 9], [4]])]});
  const [set] = curvesIn([of('a', 1), of('b', 1), of('a', 2), of('b', 2)]);
  t.deepEqual(
    set!.curves.map(({label, samples}) => [label, samples[0]!.values]),
    [
      ['a', [2, 4]],
      ['b', [2, 4]],
    ],
  );
});

test('what a program measures at several numbers of mappings and devices makes curves too', t => {
  const names = ['@64', '@1024', '@1024x2', '@1024x4'];
  const metrics = names.map((name, index) => oncePerTrial(`type1.sync.p50${name}`, [index]));
  const curves = curvesIn([makeResult({metrics: [...metrics, oncePerTrial('type1.map.p50@64', [5])]})]);
  t.deepEqual(
    curves.map(({metric, size, fixed, curves: [curve]}) => [metric, size, fixed, curve!.samples.map(one => one.size)]),
    [
      ['type1.sync.p50', 'live mappings', '', [64, 1024]],
      ['type1.sync.p50', 'devices', 'live mappings=1024', [1, 2, 4]],
    ],
  );
});

test('without anything varied there is no curve', t => {
  t.deepEqual(curvesIn([makeResult()]), []);
});
