import test from 'ava';
import {fileNameOf} from '../../experiment/arm.ts';
import {howToGetIn} from '../../experiment/keep.ts';

test('the way into kept machines is a command for each', t => {
  const [title, l1, l2] = howToGetIn('upstream, trial 1', {l1Port: 4567, hasL2: true}, '/run/id').split('\n');
  t.is(title, 'upstream, trial 1:');
  t.regex(l1!, /^ {2}L1: ssh .* -i \/run\/id -p 4567 root@127\.0\.0\.1$/);
  t.regex(l2!, /^ {2}L2: ssh .* -o "ProxyCommand=ssh .* -W %h:%p -p 4567 root@127\.0\.0\.1" root@192\.168\.77\.2$/);
});

test('where there is no L2, no way leads to it', t => {
  t.is(howToGetIn('upstream, trial 1', {l1Port: 4567, hasL2: false}, '/run/id').split('\n').length, 2);
});

test('a series in a group has a flat file name', t => {
  t.is(fileNameOf('controls/unmap-forgets'), 'controls-unmap-forgets');
});
