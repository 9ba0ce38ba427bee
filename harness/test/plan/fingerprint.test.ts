import test from 'ava';
import {fingerprint, type Json, sha256} from '../../plan/fingerprint.ts';

const inputs = {source: 'a', patches: ['1', '2'], config: {DEBUG: 'y', SMP: 'y'}, jobs: null};

test('the order of keys does not count', t => {
  const shuffled = {jobs: null, config: {SMP: 'y', DEBUG: 'y'}, patches: ['1', '2'], source: 'a'};
  t.is(fingerprint(shuffled), fingerprint(inputs));
  t.regex(fingerprint(inputs), /^[0-9a-f]{16}$/);
});

const counts = test.macro((t, changed: Json) => {
  t.not(fingerprint(changed), fingerprint(inputs));
});

test('a value counts', counts, {...inputs, source: 'b'});
test('a nested value counts', counts, {...inputs, config: {...inputs.config, SMP: 'n'}});
test('the order of a list counts', counts, {...inputs, patches: ['2', '1']});
test('a further input counts', counts, {...inputs, extra: ''});
test('a missing input counts', counts, {source: 'a', patches: ['1', '2'], config: inputs.config});
test('the type of a value counts', counts, {...inputs, jobs: 'null'});
test('where one word ends and the next begins counts', counts, {...inputs, patches: ['12', '']});

test('sha256 is the one everybody knows', t => {
  t.is(sha256(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});
