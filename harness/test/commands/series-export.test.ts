import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {seriesExportCommand} from '../../commands/series-export.ts';
import {sha256} from '../../plan/fingerprint.ts';
import type {Result} from '../../result/schema.ts';
import {complaintOf} from '../complaint.ts';
import {makeMail} from '../fakes/mail.ts';
import {makeResult, makeUpstream, withProvenance} from '../fakes/result.ts';
import {temporaryFolder} from '../folder.ts';

const patch = makeMail({subject: '[PATCH] a: b'});
const letter = '# Linux: vfio: Begin\n\nIt is needed.\n\n{{figures}}\n';

/** A result of the series with the patches that it has. */
function makeOwn(changes: Partial<Result> = {}): Result {
  const result = makeResult({series: 'mine', ...changes});
  const kernel = {...result.provenance.kernel, patches: [{file: 'mine/linux/0001-b.patch', sha256: sha256(patch)}]};
  return withProvenance(result, {kernel});
}

const refuses = test.macro(
  async (
    t,
    cover: string | null,
    results: Readonly<Record<string, Result>>,
    list: readonly string[],
    message: RegExp,
  ) => {
    await using scope = new Scope();
    const repository = await temporaryFolder(scope, {
      'kernel-patches/mine/series.yaml': 'title: Mine\n',
      'kernel-patches/mine/linux/0001-b.patch': patch,
      ...(cover === null ? {} : {'kernel-patches/mine/cover.md': cover}),
    });
    await mkdir(path.join(repository, 'results'));
    for (const [name, result] of Object.entries(results)) {
      await writeFile(path.join(repository, 'results', name), JSON.stringify(result));
    }
    const inResults = list.map(one =>
      one
        .split(',')
        .map(name => path.join(repository, 'results', name))
        .join(),
    );
    const options = {base: '6.12' as const, result: inResults, to: [], cc: [], prefix: 'PATCH', force: false};
    const context = {repository, out: () => {}, emit: () => {}, signal: new AbortController().signal};
    const complaint = await complaintOf(t, seriesExportCommand('mine', options, context), repository);
    t.regex(complaint.message, message);
  },
);

const own = {'own.json': makeOwn()};

test('a series without a letter is not exported', refuses, null, own, ['own.json'], /mine\/cover\.md cannot be read/);
test(
  'a project without a letter is named',
  refuses,
  '# QEMU: x\n',
  own,
  ['own.json'],
  /^kernel-patches\/mine\/cover\.md has no letter for Linux$/,
);
test(
  'a letter with figures needs a result',
  refuses,
  letter,
  own,
  [],
  /has 1 tables of figures, and there are results for 0$/,
);
test(
  'a letter that asks for a metric that there is not is refused',
  refuses,
  letter.replace('figures', 'figures: vfio.sink_time'),
  own,
  ['own.json'],
  /asks for the metric vfio\.sink_time, which there is not$/,
);
test(
  'figures of other series only are refused',
  refuses,
  letter,
  {'upstream.json': makeUpstream()},
  ['upstream.json'],
  /^none of the results is one of mine$/,
);
test(
  'figures of other patches are refused',
  refuses,
  letter,
  {'old.json': makeResult({series: 'mine'})},
  ['old.json'],
  /^run \S+ measured other patches than mine has now$/,
);
test(
  'figures that do not compare are refused',
  refuses,
  letter,
  {...own, 'kvm.json': makeUpstream({accelerator: 'kvm'})},
  ['kvm.json,own.json'],
  /^the results do not compare: accelerator is kvm and tcg$/,
);
