import {readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {compare} from '../../analysis/compare.ts';
import {Scope} from '../../base/scope.ts';
import {reportCommand} from '../../commands/report.ts';
import {figure} from '../../report/number.ts';
import type {Result} from '../../result/schema.ts';
import {perTrial} from '../../result/trials.ts';
import {isAccessible, isQuiet} from '../browser/checks.ts';
import {startChromium} from '../browser/chromium.ts';
import {shownTexts, unreachedByTab, unseen} from '../browser/look.ts';
import {type OpenPage, openPage} from '../browser/page.ts';
import {contrast, readColour} from '../contrast.ts';
import {makeArm} from '../fakes/sweep.ts';
import {temporaryFolder} from '../folder.ts';

/** Enough trials that some verdicts are clear. */
const trials = 10;
const upstream = makeArm({series: 'upstream', trials});
const gpaMap = makeArm({series: 'gpa-map', trials, factor: 0.5});

/** What the page's block of JSON holds. */
type Samples = {metrics: {name: string}[]; results: {values: unknown[]}[]};

/** Writes the report of some results, and opens it in Chromium. */
async function open(scope: Scope, results: readonly Result[]): Promise<OpenPage & {readonly file: string}> {
  const names = results.map((_, index) => `${index}.json`);
  const folder = await temporaryFolder(
    scope,
    Object.fromEntries(results.map((result, index) => [`run/${names[index]!}`, JSON.stringify(result)])),
  );
  const file = path.join(folder, 'report.html');
  const code = await reportCommand([path.join(folder, 'run')], {out: file, force: false, results: folder}, () => {});
  if (code !== 0) throw new Error(`the report ended with ${code}`);
  const browser = await startChromium(scope, folder);
  return {...(await openPage(scope, browser, 'report.html')), file};
}

test('a report opens without a complaint, and asks for nothing', async t => {
  await using scope = new Scope();
  isQuiet(t, await open(scope, [upstream, gpaMap]), 'report.html');
});

test('the verdict table shows the medians, ratios and verdicts of the results', async t => {
  await using scope = new Scope();
  const {page} = await open(scope, [upstream, gpaMap]);
  const {rows} = compare(upstream, [gpaMap]);
  const shown = await page.$$eval('#verdicts tbody tr:has(td)', found =>
    found.map(row => ({
      name: row.querySelector('th code')?.textContent,
      medians: [...row.querySelectorAll('data')].map(one => Number(one.getAttribute('value'))),
      texts: [...row.querySelectorAll('data')].map(one => one.textContent),
      words: row.querySelector('td:last-child')?.textContent,
    })),
  );
  t.deepEqual(shown.map(({name}) => name).toSorted(), rows.map(({name}) => name).toSorted());
  for (const row of rows) {
    const {medians, texts, words} = shown.find(({name}) => name === row.name)!;
    const [{summary, verdict}] = row.others as [(typeof row.others)[number]];
    t.deepEqual(medians, [row.base!.median, summary!.median], row.name);
    t.deepEqual(texts, [row.base!.median, summary!.median].map(figure), row.name);
    t.true(words!.includes(verdict!.kind), row.name);
    if (verdict!.ratio !== null) t.true(words!.includes(`${figure(verdict!.ratio)}×`), row.name);
  }
  t.true(rows.some(({others}) => others[0]?.verdict?.kind === 'better'));
});

test('every sample of the results is drawn as a mark, stands in a table, and in the JSON of the page', async t => {
  await using scope = new Scope();
  const {page} = await open(scope, [upstream, gpaMap]);
  const drawn = await page.$$eval('#distributions figure', figures =>
    figures.map(one => ({
      name: one.querySelector('figcaption strong')?.textContent,
      marks: [...one.querySelectorAll('.dots')].map(dots => dots.getAttribute('d')!.split('M').length - 1),
      listed: [...one.querySelectorAll('td:last-child')].map(cell => cell.textContent!.split(', ').map(Number)),
    })),
  );
  const metrics = (name: string | null | undefined) =>
    [upstream, gpaMap].map(result => result.metrics.find(metric => metric.name === name)!);
  t.is(drawn.length, upstream.metrics.length);
  for (const {name, marks, listed} of drawn) {
    t.deepEqual(
      marks,
      metrics(name).map(({values}) => values.length),
      name ?? '',
    );
    t.deepEqual(
      listed,
      metrics(name).map(({values}) => values),
      name ?? '',
    );
  }
  const samples = JSON.parse(await page.$eval('#samples', block => block.textContent!)) as Samples;
  for (const [index, {name}] of samples.metrics.entries()) {
    const embedded = samples.results.map(({values}) => values[index]);
    t.deepEqual(
      embedded,
      metrics(name).map(metric => perTrial(metric)!.map(given => (given.length === 1 ? given[0] : given))),
    );
  }
  t.is(samples.metrics.length, upstream.metrics.length);
});

test('the figures of the migration and the latencies are those of the results', async t => {
  await using scope = new Scope();
  const {page} = await open(scope, [upstream, gpaMap]);
  const captions = await page.$$eval('#migrations figcaption p', found => found.map(one => one.textContent));
  for (const [index, {trials: all}] of [upstream, gpaMap].entries()) {
    const number = Number(/^trial (\d+)/.exec(captions[index]!)![1]);
    const {migration, rounds} = all[number - 1]!;
    t.true(captions[index]!.includes(`${figure(migration!.totalMs!)} ms, ${rounds.length} rounds, blackout 120 ms`));
    const below = all.filter(one => one.migration!.totalMs! < migration!.totalMs!).length;
    t.true(below < all.length / 2 && below >= all.length / 2 - 1, 'it is a median');
  }
  const counts = await page.$$eval('#latencies figure:first-child table:first-of-type tbody td:nth-of-type(2)', found =>
    found.slice(0, 4).map(one => Number(one.textContent!.replaceAll(',', ''))),
  );
  const countOf = ({trials: all}: Result, name: string): number =>
    all.reduce((sum, {guest}) => sum + guest!.phases.find(phase => phase.name === name)!.map!.count, 0);
  t.deepEqual(
    counts,
    [upstream, gpaMap].flatMap(result => ['baseline', 'migration'].map(name => countOf(result, name))),
  );
});

test('the keyboard reaches every link, table and thing to unfold, and unfolds it', async t => {
  await using scope = new Scope();
  const {page} = await open(scope, [upstream, gpaMap]);
  const closed = await unreachedByTab(page);
  t.deepEqual(closed.unreached, []);
  await page.focus('#distributions details summary');
  await page.keyboard.press('Enter');
  t.true(await page.$eval('#distributions details', details => details.hasAttribute('open')));
  await page.focus('.skip');
  const opened = await unreachedByTab(page);
  t.true(opened.places > closed.places);
  t.deepEqual(opened.unreached, []);
});

test('light and dark have colours of their own, and every text stands out from its paper', async t => {
  await using scope = new Scope();
  const {page} = await open(scope, [upstream, gpaMap]);
  const papers: string[] = [];
  for (const value of ['light', 'dark']) {
    await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value}]);
    const texts = await shownTexts(page);
    t.true(texts.length > 100);
    const faint = texts.filter(({colour, paper}) => contrast(readColour(colour), readColour(paper)) < 4.5);
    t.deepEqual(faint, [], value);
    papers.push(texts[0]!.paper);
  }
  t.not(papers[0], papers[1]);
});

test('on paper everything is there but what only a screen needs, in the light colours and within the page', async t => {
  await using scope = new Scope();
  const {page} = await open(scope, [upstream, gpaMap]);
  await page.setViewport({width: 700, height: 1000});
  await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value: 'dark'}]);
  await page.emulateMediaType('print');
  const outside = (name: string) => `main :is(${name}):not(details *)`;
  t.deepEqual(await unseen(page, outside('h2, h3, table, td:not(:empty), figure, svg[role], figcaption')), []);
  t.is((await unseen(page, 'nav')).length, 1);
  t.is((await shownTexts(page))[0]?.paper, 'rgb(255, 255, 255)');
  t.true((await page.$eval('html', root => root.scrollWidth)) <= 700);
});

test('a page as narrow as a phone is not wider than it', async t => {
  await using scope = new Scope();
  const {page} = await open(scope, [upstream, gpaMap]);
  await page.setViewport({width: 360, height: 700});
  t.true((await page.$eval('html', root => root.scrollWidth)) <= 360);
});

test('axe finds nothing that shuts a reader out, in light and in dark, folded and unfolded', async t => {
  await using scope = new Scope();
  await isAccessible(t, await open(scope, [upstream, gpaMap]));
});

test('a sweep of 200 cells makes a page below 5 MB that opens in less than 2 s', async t => {
  await using scope = new Scope();
  const sweep = {
    liveMappings: Array.from({length: 20}, (_, at) => 64 * (at + 1)),
    devices: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  };
  const results = sweep.liveMappings.flatMap(liveMappings =>
    sweep.devices.flatMap(devices =>
      [1, 0.5].map((factor, arm) =>
        makeArm({series: ['upstream', 'gpa-map'][arm]!, trials: 5, factor, values: {liveMappings, devices}, sweep}),
      ),
    ),
  );
  const opened = await open(scope, results);
  const {size} = await stat(opened.file);
  t.log(`${(size / 1e6).toFixed(1)} MB, ${Math.round(opened.loadMs)} ms`);
  t.true(size < 5e6, `${size} bytes`);
  t.true(opened.loadMs < 2000, `${opened.loadMs} ms`);
  isQuiet(t, opened, 'report.html');
  t.is((await opened.page.$$('#verdicts > details')).length, 200);
  t.true((await opened.page.$$('#cost figure')).length > 10);
  const samples = JSON.parse(await opened.page.$eval('#samples', block => block.textContent!)) as Samples;
  t.is(samples.results.length, results.length);
  t.true((await readFile(opened.file, 'utf8')).includes('liveMappings=1280, devices=10'));
});
