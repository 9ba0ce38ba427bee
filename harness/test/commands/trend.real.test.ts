import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {trendCommand} from '../../commands/trend.ts';
import {medianAndSpread} from '../../report/number.ts';
import {isAccessible, isQuiet} from '../browser/checks.ts';
import {startChromium} from '../browser/chromium.ts';
import {unreachedByTab} from '../browser/look.ts';
import {type OpenPage, openPage} from '../browser/page.ts';
import {eventfulTrack} from '../fakes/eventful-track.ts';
import {temporaryFolder} from '../folder.ts';

const track = eventfulTrack();
const time = track.metrics.find(({name}) => name === 'migration.total')!;

/** Writes the page of a history, and opens it in Chromium. */
async function open(scope: Scope): Promise<OpenPage> {
  const lines = track.results.map(line => `${JSON.stringify(line)}\n`);
  const folder = await temporaryFolder(scope, {'history.jsonl': lines.join('')});
  const [history, page] = ['history.jsonl', 'trend.html'].map(name => path.join(folder, name)) as [string, string];
  const context = {repository: folder, out: () => {}, emit: () => {}};
  await trendCommand([], {history, page, metric: [], json: false, failOnWorse: false}, context);
  return openPage(scope, await startChromium(scope, folder), 'trend.html');
}

test('the page of a history opens without a complaint, and asks for nothing', async t => {
  await using scope = new Scope();
  isQuiet(t, await open(scope), 'trend.html');
});

test('every result is drawn, in the order of time, and stands in the table with its figures', async t => {
  await using scope = new Scope();
  const {page} = await open(scope);
  const figure = 'figure:has(svg[aria-label="migration.total *"])';
  const places = await page.$$eval(`${figure} circle`, all => all.map(one => Number(one.getAttribute('cx'))));
  t.is(places.length, time.points.length);
  t.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  const listed = await page.$$eval(`${figure} td:nth-of-type(1)`, all => all.map(one => one.textContent));
  t.deepEqual(listed, time.points.map(medianAndSpread));
  const kinds = await page.$$eval('#changes tbody td:nth-of-type(3)', all => all.map(one => one.textContent));
  t.deepEqual(kinds, ['better', 'worse']);
});

test('the keyboard reaches all of the page, it fits a phone, and axe finds nothing in it', async t => {
  await using scope = new Scope();
  const opened = await open(scope);
  t.deepEqual((await unreachedByTab(opened.page)).unreached, []);
  await opened.page.setViewport({width: 360, height: 700});
  t.true((await opened.page.$eval('html', root => root.scrollWidth)) <= 360);
  await isAccessible(t, opened);
});
