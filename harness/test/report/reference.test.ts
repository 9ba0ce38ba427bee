import test from 'ava';
import {z} from 'zod';
import {fieldTable, fillSection, scenarioTable, seriesTable} from '../../report/reference.ts';
import {iovaChurn} from '../fakes/scenario.ts';

test('a table of fields shows type, unit, default and meaning', t => {
  const schema = z.strictObject({
    size: z.int().min(1).max(9).multipleOf(2).default(4).meta({unit: 'MiB', description: 'How <much>.'}),
    loud: z.boolean().default(false).meta({description: 'Says so.'}),
    inner: z.strictObject({modes: z.array(z.enum(['a', 'b'])).optional()}).meta({description: 'Inside.'}),
  });
  t.deepEqual(fieldTable(schema).split('\n'), [
    '| field | type | unit | default | meaning |',
    '| --- | --- | --- | --- | --- |',
    '| `size` | integer, 1 to 9, a multiple of 2 | MiB | `4` | How \\<much\\>. |',
    '| `loud` | `true` or `false` |  | `false` | Says so. |',
    '| `inner` | fields |  | required | Inside. |',
    '| `inner.modes` | list of `a` or `b` |  |  |  |',
  ]);
});

test('a table of fields may say something more of each, before its meaning', t => {
  const schema = z.strictObject({size: z.string().meta({description: 'How much.'})});
  t.deepEqual(fieldTable(schema, {title: 'shout', of: name => name.toUpperCase()}).split('\n'), [
    '| field | type | unit | default | shout | meaning |',
    '| --- | --- | --- | --- | --- | --- |',
    '| `size` | text |  | required | SIZE | How much. |',
  ]);
});

test('a table of series shows what each stands on and is expected to do', t => {
  const layer = (name: string) => ({name, linux: [], qemu: []});
  const series = {
    name: 'controls/x',
    title: 'X',
    description: 'It is broken.',
    stack: [layer('common'), layer('gpa-map'), layer('controls/x')],
    expect: {outcomes: ['lost-pages' as const], reason: 'it forgets.'},
    expectIn: [{scenarios: ['static-4k', 'no-viommu'], outcomes: ['passed' as const]}],
    unsupported: [{scenario: 'lazy', reason: 'It is strict.'}],
    deviceOptions: [],
    kernelConfig: [],
  };
  t.is(
    seriesTable([series]).split('\n')[2],
    '| `controls/x` | X. It is broken. | `gpa-map` | lost-pages: it forgets. Under `static-4k`, `no-viommu`: passed. | `lazy`: It is strict. |',
  );
});

test('a table of scenarios shows what each exercises and where to look', async t => {
  const scenario = await iovaChurn('summary=A guest churns', 'look=oracle.lost', 'series=[a, b]');
  t.is(scenarioTable([scenario]).split('\n')[2], '| `iova-churn` | A guest churns. | oracle.lost | `a`, `b` |');
});

test('a section is filled between its marks, again and again', t => {
  const document = 'before\n<!-- generated: x -->\n<!-- end: x -->\nafter\n';
  const filled = 'before\n<!-- generated: x -->\n\nnew\n\n<!-- end: x -->\nafter\n';
  t.is(fillSection(document, 'x', 'new'), filled);
  t.is(fillSection(filled, 'x', 'new'), filled);
});

test('a section whose marks are missing is not filled', t => {
  t.is(fillSection('<!-- generated: x -->', 'x', 'new'), undefined);
  t.is(fillSection('<!-- end: x --> <!-- generated: x -->', 'x', 'new'), undefined);
});
