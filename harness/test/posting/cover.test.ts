import test from 'ava';
import {figuresAskedFor, fillFigures, readCover} from '../../posting/cover.ts';

const file = `# Linux: vfio/type1: Log by GPA

It is needed.

{{figures}}

More.

{{figures: vfio.sync_time, oracle.lost}}

# QEMU: vfio: Use the log

# It is not a heading of a letter.
`;

test('each project has its letter, with a title', t => {
  t.is(readCover(file, 'linux')?.title, 'vfio/type1: Log by GPA');
  t.regex(readCover(file, 'linux')!.text, /^It is needed\.\n[^#]*sync_time, oracle\.lost\}\}$/);
  t.is(readCover(file, 'qemu')?.title, 'vfio: Use the log');
});

test('a project without a letter has none', t => t.is(readCover('# QEMU: x\n', 'linux'), undefined));

test('a letter asks for tables of the usual metrics, or of those it names', t => {
  t.deepEqual(figuresAskedFor(readCover(file, 'linux')!), [[], ['vfio.sync_time', 'oracle.lost']]);
  t.deepEqual(figuresAskedFor(readCover(file, 'qemu')!), []);
});

test('tables come in place of the lines that ask for them, in order', t => {
  const {text} = fillFigures(readCover(file, 'linux')!, ['first $&\n', 'second']);
  t.is(text, 'It is needed.\n\nfirst $&\n\nMore.\n\nsecond');
});
