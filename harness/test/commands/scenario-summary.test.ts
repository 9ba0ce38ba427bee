import test from 'ava';
import {runSummary, runText} from '../../commands/scenario-summary.ts';
import type {FinishedRun} from '../../experiment/execute.ts';
import type {Result} from '../../result/schema.ts';
import {makeResult, makeUpstream} from '../fakes/result.ts';

const runOf = (...results: Result[]): FinishedRun => ({
  folder: '/run',
  arms: results.map(result => ({file: `/run/${results.indexOf(result)}.json`, result, trials: []})),
  longestPhase: {name: 'boot L2', ms: 3300},
});

const scenario = {...makeResult().scenario, look: 'the figures'};
const both = (changes: Partial<Result>): [Result, Result] => [
  makeUpstream({scenario, ...changes}),
  makeResult({scenario, ...changes}),
];
const inCell = (liveMappings: number): [Result, Result] =>
  both({scenario: {...scenario, liveMappings}, cell: {liveMappings}, sweep: {liveMappings: [64, 128]}});
const plain = runOf(...both({}));
const swept = runOf(...inCell(64), ...inCell(128));

test('a run without a sweep names its files by series', t => {
  t.deepEqual(runSummary(plain), {
    run: '/run',
    results: {upstream: '/run/0.json', 'gpa-map': '/run/1.json'},
    outcomes: {upstream: 'lost-pages', 'gpa-map': 'passed'},
    asExpected: true,
    longestPhase: {name: 'boot L2', ms: 3300},
  });
});

test('a sweep names its files by cell and series', t => {
  const outcomes = {upstream: 'lost-pages', 'gpa-map': 'passed'};
  t.deepEqual(runSummary(swept), {
    run: '/run',
    cells: [
      {cell: {liveMappings: 64}, results: {upstream: '/run/0.json', 'gpa-map': '/run/1.json'}, outcomes},
      {cell: {liveMappings: 128}, results: {upstream: '/run/2.json', 'gpa-map': '/run/3.json'}, outcomes},
    ],
    asExpected: true,
    longestPhase: {name: 'boot L2', ms: 3300},
  });
});

test('arms are compared within each cell, under its name', t => {
  const text = runText(swept, null);
  t.deepEqual(text.match(/^== .*$/gm), ['== liveMappings=64 ==', '== liveMappings=128 ==']);
  t.is(text.match(/^metric +unit +upstream +gpa-map +ratio/gm)?.length, 2);
  const again = text.match(/^Compare again: .*$/gm)?.map(line => line.replaceAll(/\S*\//g, ''));
  t.deepEqual(again, [
    'Compare again: npm run compare -- 0.json 1.json',
    'Compare again: npm run compare -- 2.json 3.json',
  ]);
  t.is(text.match(/Look at: the figures/g)?.length, 1);
});

test('a run without a sweep has no heading, and ends with how to see it again', t => {
  const text = runText(plain, null);
  t.notRegex(text, /==/);
  t.regex(
    text,
    /\n\nLongest phase: boot L2, 3\.3 s\nResults: (\S*run)\/\nAs a page: npm run report -- \1\nCompare again: npm run compare -- \S+0\.json \S+1\.json\n$/,
  );
});
