import test from 'ava';
import {inFolder} from '../cli.ts';

const refuses = test.macro(async (t, argv: string, message: RegExp) => {
  const {exitCode, stdout, stderr} = await inFolder(t, {}, argv.split(' '));
  t.regex(stderr, message);
  t.is(stdout, '');
  t.is(exitCode, 2);
  t.notRegex(stderr, /\n {4}at /, 'a message, no stack');
  t.true(stderr.trim().split('\n').length <= 3, stderr);
});

test(
  'an unknown scenario is refused',
  refuses,
  'scenario iova-chum',
  /^error: there is no scenario .*; did you mean iova-churn\?/,
);
test(
  'an unknown base is refused, and the known ones are listed',
  refuses,
  'scenario iova-churn --base 5.4',
  /^error: option '--base <version>' argument '5\.4' is invalid\. Allowed choices are 6\.12, 7\.2\.$/m,
);
test(
  'an unknown field is refused',
  refuses,
  'scenario iova-churn --set liveMaping=1',
  /^error: --set liveMaping=1: unknown field/,
);
test(
  'no mappings at all are refused',
  refuses,
  'scenario iova-churn --set liveMappings=0',
  /^error: --set liveMappings=0: must be at least 1/,
);
test(
  'more mappings than the limit allows are refused',
  refuses,
  'scenario iova-churn --set liveMappings=1000 --set dmaEntryLimit=1000',
  /^error: --set (liveMappings|dmaEntryLimit)=1000: /,
);
test(
  'an unknown series is refused',
  refuses,
  'scenario iova-churn --series upstream,gpamap',
  /^error: --series upstream,gpamap: there is no series "gpamap"; did you mean gpa-map\?/,
);
test(
  'the patches to the QEMU that runs L1 are no series to run',
  refuses,
  'scenario iova-churn --series upstream,emulator',
  /^error: --series upstream,emulator: emulator is no series to run: its patches are for the QEMU that runs L1 under TCG\n/,
);
test(
  'a series that is asked for twice is refused',
  refuses,
  'scenario iova-churn --series gpa-map,gpa-map',
  /^error: --series gpa-map,gpa-map: names a series twice/,
);
test(
  'a list of series that ends in a comma is refused',
  refuses,
  'scenario iova-churn --series gpa-map,',
  /^error: --series gpa-map,: must not be empty\n/,
);
test(
  'a sweep of the trials is refused',
  refuses,
  'scenario iova-churn --set repeat=[1,2]',
  /^error: --set repeat=\[1,2\]: cannot be swept: each cell has as many trials\n/,
);
test(
  'a series is not run against itself in several cells',
  refuses,
  'scenario iova-churn --aa --series gpa-map --repeat 5 --set liveMappings=[64,128]',
  /^error: --aa .* there are 2 cells\nChoose one: --set liveMappings=64$/,
);
test(
  'controls are run in one cell',
  refuses,
  'controls --set l2Cpus=[1,2]',
  /^error: --set l2Cpus=\[1,2\]: must be a single value here\n/,
);
test(
  'no trials at all are refused',
  refuses,
  'scenario iova-churn --repeat 0',
  /^error: --repeat 0: must be at least 1, and is 0/,
);
test(
  'a nameless tree is refused, not taken for none',
  refuses,
  'scenario iova-churn --dry-run --linux=',
  /^error: --linux : not a linux source tree/,
);
test(
  'a folder for results that cannot be made is refused',
  refuses,
  'scenario iova-churn --out /dev/null/x',
  /^error: \/dev\/null\/x\/.*: cannot be made/,
);
test(
  'a night without a folder for its results is refused',
  refuses,
  'nightly --out /dev/null/x',
  /^error: \/dev\/null\/x: cannot be made/,
);
test(
  'an unknown control is refused',
  refuses,
  'controls --only unmap-forget',
  /^error: --only unmap-forget: there is no control "unmap-forget"; did you mean unmap-forgets\?/,
);
test(
  'a missing linux tree is refused before anything is built',
  refuses,
  'scenario iova-churn --linux none',
  /^error: --linux none: not a linux source tree/,
);
test(
  'KVM counts no instructions',
  refuses,
  'scenario iova-churn --dry-run --clock virtual --accel kvm',
  /^error: --clock virtual does not go with --accel kvm/,
);
test(
  'nobody can log in to a sealed L1',
  refuses,
  'scenario iova-churn --dry-run --clock virtual --keep',
  /^error: --clock virtual does not go with --keep/,
);
test(
  'a missing QEMU tree is refused by a dry run too',
  refuses,
  'scenario iova-churn --dry-run --qemu none',
  /^error: --qemu none: not a qemu source tree/,
);
test(
  'an unknown series is not checked',
  refuses,
  'series check gpa-map gpamap',
  /^error: there is no series "gpamap"; did you mean gpa-map\?/,
);
test('a series to check must be named', refuses, 'series check', /^error: missing required argument 'names'/);
test(
  'a tree to check on that is not there is refused before anything is built',
  refuses,
  'series check gpa-map --linux none',
  /^error: --linux none: not a linux source tree/,
);
test('an unknown command is refused', refuses, 'bench', /^error: unknown command 'bench'/);
test(
  'results that are not there are all named',
  refuses,
  'compare a.json b.json',
  /^error: cannot read a\.json: ENOENT[^\n]*\ncannot read b\.json/,
);
test('an unknown flag is refused', refuses, 'scenario iova-churn --fast', /^error: unknown option '--fast'/);
