import test from 'ava';
import {asError, describeError, errorChain, UserError} from '../../base/errors.ts';

test('an error is told with everything that it hides', t => {
  const suppressed = Object.assign(new Error('outer'), {
    name: 'SuppressedError',
    suppressed: new Error('the body'),
    error: new AggregateError([new Error('one'), new Error('two')], 'the cleanups'),
  });
  const messages = [...errorChain(suppressed)].map(error => error.message);
  t.deepEqual(messages, ['outer', 'the body', 'the cleanups', 'one', 'two']);
});

test('a sentence that repeats is said once', t => {
  const error = new Error('cannot boot', {cause: new Error('no disk', {cause: new Error('no disk')})});
  t.is(describeError(error), 'cannot boot\n  because: no disk');
});

test('whatever is thrown becomes an error', t => {
  t.is(asError('words').message, 'words');
  t.is(describeError(undefined), 'undefined');
});

test('an error for the user means bad input, unless it says otherwise', t => {
  t.is(new UserError('m', {hint: 'h'}).exitCode, 2);
  t.is(new UserError('m', {hint: 'h', exitCode: 3}).exitCode, 3);
  t.false('cause' in new UserError('m', {hint: 'h'}));
});
