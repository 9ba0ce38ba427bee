import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {figuresAskedFor, readCover} from '../../posting/cover.ts';
import {metricDefinition} from '../../result/metrics.ts';
import {listSeries, readLayer} from '../../scenario/series-folders.ts';
import {emulatorFolder, isControl} from '../../scenario/series-schema.ts';
import {root} from '../repo.ts';

/** What a mail's subject and text may be wide. */
const [longestTitle, longestLine] = [75, 72];

const arms = (await listSeries(root)).filter(name => !isControl(name));
const names = [...arms, emulatorFolder];
const layers = await Promise.all(names.map(name => readLayer(root, name)));
const letters = layers.flatMap(layer =>
  (['linux', 'qemu'] as const).filter(project => layer[project].length > 0).map(project => ({...layer, project})),
);

for (const {name, project} of letters) {
  test(`${name} has a letter for its patches to ${project}, with figures if it is run, as wide as a mail`, async t => {
    const file = await readFile(path.join(root, 'kernel-patches', name, 'cover.md'), 'utf8');
    const cover = readCover(file, project);
    t.true(cover !== undefined && cover.title.length <= longestTitle, cover?.title ?? 'no letter');
    t.is(figuresAskedFor(cover!).length > 0, arms.includes(name));
    t.true(
      figuresAskedFor(cover!)
        .flat()
        .every(metric => metricDefinition(metric) !== undefined),
    );
    t.deepEqual(
      cover!.text.split('\n').filter(line => line.length > longestLine),
      [],
    );
  });
}
