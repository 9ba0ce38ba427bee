import test from 'ava';
import type {Event} from '../../base/events.ts';
import {Scope} from '../../base/scope.ts';
import {seriesOfNight} from '../../commands/nightly.ts';
import {temporaryFolder} from '../folder.ts';

test('a night has every series but the controls, the emulator’s patches and those that are not run under its scenario', async t => {
  await using scope = new Scope();
  const repository = await temporaryFolder(scope, {
    'scenarios/iova-churn.yaml': '',
    'kernel-patches/broken/series.yaml': 'titel: x\n',
    'kernel-patches/controls/forgets/series.yaml': 'title: x\n',
    'kernel-patches/emulator/series.yaml': 'title: x\n',
    'kernel-patches/static/series.yaml':
      'title: x\nunsupported:\n  - {scenario: iova-churn, reason: It maps nothing.}\n',
    'kernel-patches/upstream/series.yaml': 'title: x\n',
  });
  const events: Event[] = [];
  t.deepEqual(await seriesOfNight({repository, emit: event => events.push(event)}), ['broken', 'upstream']);
  t.deepEqual(events, [{kind: 'note', message: 'static is not run under iova-churn: It maps nothing.'}]);
});
