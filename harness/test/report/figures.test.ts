import test from 'ava';
import {makeDigest} from '../../analysis/digest.ts';
import {figuresText} from '../../report/figures.ts';
import {makeResult, makeUpstream} from '../fakes/result.ts';
import {matchesGolden} from '../golden.ts';

const upstream = makeDigest({results: [makeUpstream()], base: [makeUpstream()], variant: ''});
const own = makeDigest({results: [makeResult()], base: [makeUpstream()], variant: ''});

test('two series stand side by side, with what the figures come from', t =>
  matchesGolden(t, 'figures-two.txt', figuresText([upstream, own], [])));

test('one series stands alone, with the metrics that are asked for', t =>
  matchesGolden(t, 'figures-one.txt', figuresText([own], ['migration.total'])));

test('figures of real hardware come without the warning', t => {
  const text = figuresText([{...own, accelerator: 'kvm', variant: 'devices=2'}], []);
  t.notRegex(text, /TCG/);
  t.regex(text, /iova-churn with\s+devices=2, Linux\s+6\.12\.117/);
});

test('nothing is wider than a mail', t =>
  t.true(
    figuresText([upstream, own], [])
      .split('\n')
      .every(line => line.length <= 76),
  ));
