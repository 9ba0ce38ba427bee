import test from 'ava';
import {makeDigest} from '../../analysis/digest.ts';
import {outcomeTable} from '../../report/outcome.ts';
import {costTable, deviceTable, memoryTable} from '../../report/outcome-bench.ts';
import type {Result} from '../../result/schema.ts';
import type {Scenario} from '../../scenario/schema.ts';
import {makeResult, makeUpstream, trial} from '../fakes/result.ts';
import {iovaChurn} from '../fakes/scenario.ts';
import {makeSeries} from '../fakes/series.ts';
import {matchesGolden} from '../golden.ts';

const someScenario = await iovaChurn();
const scenarioOf = (name: string, ...series: string[]): Scenario => ({...someScenario, name, series});
const digestOf = (result: Result, variant = '', base: readonly Result[] = [makeUpstream()]) =>
  makeDigest({results: [result], base, variant});

const point = {operation: 'sync', mappings: 64, count: 10, p50: 1500, p90: 2000, p99: 3000, max: 4000};
const bench = (factor: number) => ({
  points: [
    point,
    {...point, mappings: 1024, p50: 1500 * factor, requests: 6},
    {...point, mappings: 1024, operation: 'map'},
    {...point, mappings: 1024, operation: 'map', devices: 2},
  ],
  memory: [
    {what: 'mapping of a page', bytes: 96, per: 'mapping'},
    {what: 'the same while tracking', bytes: 112, per: 'mapping'},
    {what: 'log', bytes: 32_768 * factor, per: 'GiB'},
  ],
});
const benched = (series: string, factor: number) =>
  digestOf(
    makeResult({series, scenario: {name: 'type1-bench'}, trials: [{...trial, oracle: null, bench: bench(factor)}]}),
  );
const log = {
  tracking: 'gpa' as const,
  wrong: false,
  finding: '',
  steps: 1_000_000,
  gets: 5000,
  missing: 0,
  falselyDirty: 12,
  reported: 80_000,
  reproducer: [],
};
const random = digestOf(makeResult({scenario: {name: 'type1-random'}, trials: [{...trial, oracle: null, log}]}));
const ktap = {passed: 90, failed: 2, skipped: 1, failures: []};
const uapi = digestOf(
  makeResult({scenario: {name: 'type1-uapi'}, trials: [{...trial, outcome: 'test-failed', oracle: null, ktap}]}),
);
const withDevices = (devices: number) =>
  digestOf(
    makeResult({scenario: {name: 'multi-device', devices, liveMappings: 1024, l2MemoryMiB: 512}}),
    devices === 1 ? '' : `devices=${devices}`,
    [],
  );
const digests = [
  digestOf(makeUpstream({scenario: {...makeResult().scenario, liveMappings: 4096, l2MemoryMiB: 1024}})),
  digestOf(makeResult({scenario: {...makeResult().scenario, liveMappings: 4096, l2MemoryMiB: 1024}})),
  benched('gpa-map', 1),
  benched('upstream', 16),
  random,
  uapi,
  withDevices(4),
  withDevices(1),
];

test('each design under each scenario has a row, and one without figures says why', t =>
  matchesGolden(
    t,
    'outcome.md',
    outcomeTable({
      digests,
      outdated: digests.slice(0, 1),
      scenarios: [
        scenarioOf('iova-churn', 'upstream', 'gpa-map', 'iova-sync'),
        scenarioOf('lazy', 'upstream'),
        scenarioOf('multi-device', 'gpa-map'),
        scenarioOf('type1-random', 'gpa-map'),
        scenarioOf('type1-uapi', 'gpa-map'),
      ],
      series: [
        makeSeries('device-iotlb', [{scenario: 'iova-churn', reason: 'its table is too small'}]),
        makeSeries('gpa-map'),
        makeSeries('iova-sync'),
        makeSeries('upstream'),
      ],
    }),
  ));

test('before anything was run, every scenario says so', t => {
  const text = outcomeTable({
    digests: [],
    outdated: [],
    scenarios: [scenarioOf('lazy', 'upstream')],
    series: [makeSeries('upstream')],
  });
  t.regex(text, /^\| `lazy` \| +\| not run \|/m);
  t.notRegex(text, /Medians/);
});

test('costs stand beside the number of mappings, with their growth', t =>
  matchesGolden(t, 'outcome-cost.md', costTable(digests)));
test('memory stands by what it is for', t => matchesGolden(t, 'outcome-memory.md', memoryTable(digests)));
test('a scenario with several numbers of devices is shown by them', t =>
  matchesGolden(t, 'outcome-devices.md', deviceTable(digests)));

const isEmpty = test.macro((t, render: typeof costTable) => t.is(render([random]), 'None has been measured.'));

test('without costs the table says so', isEmpty, costTable);
test('without memory the table says so', isEmpty, memoryTable);
test('without several devices the table says so', isEmpty, deviceTable);
