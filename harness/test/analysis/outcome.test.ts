import test from 'ava';
import {digestRuns, variantOf} from '../../analysis/outcome.ts';
import {makeResult, makeUpstream, oncePerTrial, withProvenance} from '../fakes/result.ts';

const defaults = new Map([
  ['iova-churn', {schemaVersion: 1, name: 'iova-churn', liveMappings: 4096, devices: 1, seed: 1, repeat: 1}],
]);
const withValues = (values: Record<string, number>) => makeResult({scenario: {...makeResult().scenario, ...values}});

const varies = test.macro((t, values: Record<string, number>, variant: string) =>
  t.is(variantOf(withValues(values), defaults), variant),
);

test('the values of the file are no variant', varies, {}, '');
test(
  'other values are, in the order of their names',
  varies,
  {liveMappings: 64, devices: 4},
  'devices=4, liveMappings=64',
);
test('another seed and more trials are none', varies, {seed: 7, repeat: 10}, '');
test('a field that the file does not know is none', varies, {colour: 3}, '');

test('another Linux is a variant', t => {
  const {kernel} = makeResult().provenance;
  const source = {kind: 'package', name: 'linux-source-7.2', version: '7.2.13-1', sha256: ''} as const;
  const result = withProvenance(withValues({devices: 2}), {kernel: {...kernel, source}});
  t.is(variantOf(result, defaults), 'devices=2, linux=7.2');
});

test('the virtual clock is a variant, and what it implies is none', t => {
  const file = new Map([['iova-churn', {...defaults.get('iova-churn'), l1Cpus: 2, switchoverMiBps: 0}]]);
  const under = (clock: 'wall' | 'virtual', l1Cpus: number, switchoverMiBps = clock === 'virtual' ? 64 : 0) =>
    variantOf({...withValues({l1Cpus, switchoverMiBps}), clock}, file);
  t.is(under('virtual', 1), 'clock=virtual');
  t.is(under('virtual', 4), 'l1Cpus=4, clock=virtual');
  t.is(under('virtual', 1, 0), 'switchoverMiBps=0, clock=virtual');
  t.is(under('wall', 1), 'l1Cpus=1');
});

test('each series under each variant has a digest, with ratios to the base of the same run', t => {
  const slow = [oncePerTrial('migration.total', [9000])];
  const results = [
    makeUpstream(),
    makeResult(),
    withValues({liveMappings: 64}),
    makeUpstream({run: 'other', metrics: slow}),
  ];
  const {digests, clashes} = digestRuns(results, defaults, 'upstream');
  t.deepEqual(
    digests.map(({series, variant}) => [series, variant]),
    [
      ['upstream', ''],
      ['gpa-map', ''],
      ['gpa-map', 'liveMappings=64'],
    ],
  );
  t.deepEqual(clashes, []);
  t.is(digests[1]?.metrics.find(({name}) => name === 'migration.total')?.ratio, 0.5, 'not of the run called other');
});

test('runs of the same are put together, with another seed too', t => {
  const again = {...withValues({seed: 2}), run: 'again'};
  const {digests, clashes} = digestRuns([makeResult(), again], defaults, 'upstream');
  t.is(digests.length, 1);
  t.is(digests[0]?.trials, 2);
  t.deepEqual(clashes, []);
});

test('runs on another machine, of other patches, or whose trials start otherwise, are not', t => {
  const result = makeResult();
  const forked = result.trials.map(trial => ({...trial, startedFrom: 'saved-l1-1'}));
  const {kernel, host} = result.provenance;
  const others = [
    {...withProvenance(result, {host: {...host, cpu: 'Another'}}), run: 'machine'},
    {...withProvenance(result, {kernel: {...kernel, patches: []}}), run: 'patches'},
    {...result, trials: forked, run: 'starts'},
  ];
  const {clashes} = digestRuns([result, ...others], defaults, 'upstream');
  t.deepEqual(
    clashes.map(({runs, difference}) => [runs[1], difference.what]),
    [
      ['machine', 'host CPU'],
      ['patches', 'patches'],
      ['starts', 'start of trials'],
    ],
  );
});
