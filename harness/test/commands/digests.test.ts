import path from 'node:path';
import test from 'ava';
import {makeDigest} from '../../analysis/digest.ts';
import {Scope} from '../../base/scope.ts';
import {isOutdated} from '../../commands/digests.ts';
import {sha256} from '../../plan/fingerprint.ts';
import {makeResult, withProvenance} from '../fakes/result.ts';
import {temporaryFolder} from '../folder.ts';

const patches = {
  'mine/linux/0001-a.patch': 'a\n',
  'mine/qemu/0001-q.patch': 'q\n',
  'debug/linux/0001-d.patch': 'd\n',
};

/** Asks whether figures are outdated that were measured with these patches to Linux, in a kernel that checks itself or not. */
const outdated = test.macro(async (t, linux: readonly string[], debugKernel: boolean, expected: boolean) => {
  await using scope = new Scope();
  const files = Object.entries(patches).map(([file, text]) => [path.join('kernel-patches', file), text]);
  const repository = await temporaryFolder(scope, {
    ...Object.fromEntries(files),
    'kernel-patches/mine/series.yaml': 'title: Mine\n',
  });
  const result = makeResult({series: 'mine'});
  const applied = (texts: readonly string[]) => texts.map(text => ({file: 'f', sha256: sha256(text)}));
  const measured = withProvenance(result, {
    kernel: {...result.provenance.kernel, patches: applied(linux)},
    qemu: {...result.provenance.qemu, patches: applied(['q\n'])},
  });
  const digest = makeDigest({
    results: [{...measured, scenario: {...result.scenario, debugKernel}}],
    base: [],
    variant: '',
  });
  t.is(await isOutdated(repository, digest), expected);
});

test('figures of the patches that a series has are current', outdated, ['a\n'], false, false);
test('figures of a patch that has changed are outdated', outdated, ['b\n'], false, true);
test('figures without a patch that was added are outdated', outdated, [], false, true);
test('a kernel that checks itself has patches of its own', outdated, ['a\n', 'd\n'], true, false);
test('figures of a changed patch of such a kernel are outdated', outdated, ['a\n', 'c\n'], true, true);
