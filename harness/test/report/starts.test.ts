import test from 'ava';
import {compare} from '../../analysis/compare.ts';
import {startsTable} from '../../report/starts.ts';
import {type Starts, startsSchema} from '../../result/starts.ts';
import {makeResult, oncePerTrial, trial} from '../fakes/result.ts';

/** Twelve trials that took so long, in ms, as `compare --json` writes of them. */
function startsOf(booted: number, saved: number): Starts {
  const trials = Array.from({length: 12}, (_, index) => ({...trial, index}));
  const one = (run: string, ms: number) => {
    const values = trials.map(({index}) => ms + index / 1000);
    const metrics = ['migration.total', 'guest.unmap.p90'].map(name => oncePerTrial(name, values));
    return makeResult({run, clock: 'virtual', trials, metrics});
  };
  return startsSchema.parse(JSON.parse(JSON.stringify(compare(one('booted', booted), [one('saved', saved)]))));
}

test('where trials are the same however they start, the table says so', t => {
  const [header, , row, blank, counts] = startsTable(startsOf(2000, 2001)).split('\n');
  t.is(header, '| metric | 12 booted | 12 from a saved L1 | ratio | verdict |');
  t.regex(row!, /^\| `migration\.total` \| 2,000 ms \| 2,001 ms \| 1× .*\| same \|$/);
  t.is(blank, '', 'nothing is shown of the other metric');
  t.is(counts, 'Of all metrics: 0 worse, 0 better, 2 same, 0 unclear.');
});

test('where they differ, it says that', t => {
  const text = startsTable(startsOf(2000, 2200));
  t.regex(text, /\| 1\.1× .*\| worse \|/);
  t.regex(text, /Of all metrics: 2 worse, 0 better/);
});

test('nothing is said of what was not measured', t => {
  t.is(startsTable(undefined), 'None has been measured.');
});
