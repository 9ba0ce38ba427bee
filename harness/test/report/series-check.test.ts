import test from 'ava';
import {failure, note} from '../../posting/finding.ts';
import {type CheckedSeries, checkText, hasFailed} from '../../report/series-check.ts';
import {matchesGolden} from '../golden.ts';

const clean = {project: 'linux', file: 'kernel-patches/mine/linux/0001-vfio-Begin.patch', findings: []};
const noted = {...clean, findings: [note('applies', 'applies with an offset: a.c, hunk 1: 2 lines further down')]};
const broken: CheckedSeries = {
  series: 'mine',
  bases: ['linux-source-6.12 6.12.117-1', 'qemu 1:10.0.13'],
  patches: [
    noted,
    {
      project: 'linux',
      file: 'kernel-patches/mine/linux/0002-vfio-Go-on.patch',
      findings: [
        failure('checkpatch', 'ERROR:SPACING: space required', 47),
        failure('checkpatch', 'CHECK:BRACES: Blank lines', 60),
        failure('compiles', 'drivers/vfio/a.c:1:1: error: no'),
      ],
    },
    {
      project: 'linux',
      file: 'kernel-patches/mine/linux/0003-vfio-Misfit.patch',
      findings: [failure('form', 'it has no subject', 4), failure('applies', 'does not apply: a.c, hunk 1 at line 3')],
    },
    {
      project: 'linux',
      file: 'kernel-patches/mine/linux/0004-vfio-End.patch',
      findings: [],
      untriedAfter: '0003-vfio-Misfit.patch',
    },
    {project: 'qemu', file: 'kernel-patches/mine/qemu/0001-vfio-Use.patch', findings: []},
  ],
};
const series = (...patches: CheckedSeries['patches']): CheckedSeries => ({...broken, patches});

test('every finding has its place, and a table sums them up', t =>
  matchesGolden(t, 'series-check-failed.txt', checkText(broken)));
test('a series without findings is a table and a verdict', t =>
  matchesGolden(t, 'series-check-clean.txt', checkText(series(clean))));
test('a series without patches has nothing to check', t => t.is(checkText(series()), 'mine: no patches of its own\n'));

const fails = test.macro((t, checked: CheckedSeries, expected: boolean) => t.is(hasFailed(checked), expected));

test('no finding is no failure', fails, series(clean), false);
test('a note is no failure', fails, series(noted), false);
test('a finding is a failure', fails, series(clean, broken.patches[1]!), true);
test('a patch that was not tried is a failure', fails, series(broken.patches[3]!), true);
