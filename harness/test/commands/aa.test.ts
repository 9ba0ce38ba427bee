import {readFile} from 'node:fs/promises';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {againstItself, compareWithItself} from '../../commands/aa.ts';
import type {RunRequest} from '../../experiment/execute.ts';
import {noiseFloorSchema, placeOf, readNoiseFloor} from '../../result/noise-floor.ts';
import {makeResult, oncePerTrial, trial} from '../fakes/result.ts';
import {temporaryFolder} from '../folder.ts';

const values = [100, 200, 201, 101, 102, 202, 203, 103];
const result = makeResult({
  trials: values.map((_, index) => ({...trial, index, seed: index})),
  metrics: [oncePerTrial('migration.total', values)],
});

test('the trials of one series are dealt out to two arms in turned order', async t => {
  await using scope = new Scope();
  const {comparison} = await compareWithItself(result, await temporaryFolder(scope, {}));
  t.deepEqual([comparison.base.trials, comparison.others[0]?.trials], [4, 4]);
  t.like(comparison.rows[0], {base: {min: 100, max: 103}, others: [{summary: {min: 200, max: 203}}]});
  t.true(comparison.comparable);
});

test('how much it differs from itself is kept, and found again where it holds', async t => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {});
  const {noise, file} = await compareWithItself(result, folder);
  t.deepEqual(noiseFloorSchema.parse(JSON.parse(await readFile(file, 'utf8'))), noise);
  t.true(noise.metrics['migration.total']!.floor > 0.5);
  t.deepEqual(await readNoiseFloor(folder, placeOf(result)), noise);
  t.is(await readNoiseFloor(folder, {...placeOf(result), cores: 64}), null);
  t.is(await readNoiseFloor(folder, {...placeOf(result), accelerator: 'kvm'}), null);
});

test('one series is run, with the trials of both arms, and two an arm at least', t => {
  const ask = (repeat: number, ...names: string[]) =>
    againstItself({
      cells: [{values: {}, scenario: {repeat}}],
      series: names.map(name => ({name})),
    } as unknown as RunRequest);
  t.is(ask(5, 'gpa-map').cells[0].scenario.repeat, 10);
  t.throws(() => ask(5, 'upstream', 'gpa-map'), {message: /^--aa runs one series against itself, and there are 2$/});
  t.throws(() => ask(1, 'gpa-map'), {message: '--aa needs two trials an arm at least'});
});

test('a sweep is refused, and a cell of it is proposed: there is one floor for a scenario', t => {
  const cells = [64, 128].map(liveMappings => ({values: {liveMappings}, scenario: {repeat: 5}}));
  const request = {cells, series: [{name: 'gpa-map'}]} as unknown as RunRequest;
  t.like(
    t.throws(() => againstItself(request)),
    {exitCode: 2, hint: 'Choose one: --set liveMappings=64'},
  );
});
