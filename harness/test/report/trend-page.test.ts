import test from 'ava';
import {historyLine} from '../../analysis/history-line.ts';
import {tracksOf} from '../../analysis/track.ts';
import {trendOf} from '../../analysis/trend.ts';
import {medianAndSpread} from '../../report/number.ts';
import {trendPage} from '../../report/trend-page.ts';
import {eventfulTrack} from '../fakes/eventful-track.ts';
import {around, nightResult, nightsOf} from '../fakes/history.ts';

const track = eventfulTrack();
const page = trendPage([track]);

/** The cells of the rows of a table, by its caption. */
function rowsOf(text: string, caption: string): string[][] {
  const [, table = ''] = text.split(`<caption>${caption}</caption>`);
  const [body = ''] = table.slice(table.indexOf('<tbody>')).split('</table>');
  return body
    .split('<tr>')
    .slice(1)
    .map(row =>
      row
        .split(/<t[hd][^>]*>/)
        .slice(1)
        .map(cell => cell.replace(/<[^>]*>/g, '').trim()),
    );
}

test('the page lists all changes, the newest first, and what else differs', t => {
  const [calls, time] = rowsOf(page, 'Where the level of a metric changes');
  t.deepEqual(
    [calls!.slice(2), time!.slice(2)],
    [
      ['vfio.dirty_ioctls_per_sync, count', 'better', '4,098', '6', '0.001464×', 'patches'],
      ['migration.total, ms', 'worse', '1,512', '1,613', '1.067×', 'harness, kernel'],
    ],
  );
  t.deepEqual([calls![0], time![0]], ['2025-01-25 (fffffff+)', '2025-01-13 (fffffff+)']);
});

test('each metric that varies has a figure with words for it, and a table of all that is drawn', t => {
  t.is(page.match(/<figure>/g)?.length, 2);
  t.regex(
    page,
    /<svg [^>]*role="img" aria-label="migration\.total \*"><desc>36 results from 2025-01-01[^<]*worse: migration\.total/,
  );
  const {points} = track.metrics.find(({name}) => name === 'migration.total')!;
  const rows = rowsOf(page, 'migration.total *, ms');
  t.deepEqual(
    rows.map(([, spread]) => spread),
    points.map(medianAndSpread),
  );
  t.is(rows[5]![0], '2025-01-06 (0123abc) timeout, not as expected');
  t.is(rows[12]![3], 'worse');
});

test('a metric that never varied is only named', t => {
  t.regex(page, /<p class="note">Did not vary: oracle\.lost \(0\)\.<\/p>/);
  t.notRegex(page, /aria-label="oracle/);
});

test('the page loads nothing, and every id is there once', t => {
  t.notRegex(page, /<script|url\(|https?:|NaN|undefined/);
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  t.is(new Set(ids).size, ids.length);
  for (const [, to] of page.matchAll(/href="#([^"]*)"/g)) t.true(ids.includes(to));
});

test('names are escaped', t => {
  const line = historyLine(nightResult(0, {'migration.total': [1]}, {series: '<b>'}));
  t.true(trendPage([trendOf(tracksOf([line])[0]!)]).includes('&lt;b&gt; under iova-churn'));
});

test('of a long track the newest results are drawn, with the changes among them', t => {
  const values = [...around(100, 20), ...around(110, 60), ...around(120, 60)];
  const text = trendPage([trendOf(tracksOf(nightsOf(values))[0]!)]);
  t.is(rowsOf(text, 'migration.total *, ms').length, 80);
  t.regex(text, /The newest 80 results are drawn; all were judged\./);
  t.is(rowsOf(text, 'Where the level of a metric changes').length, 2);
  t.is(text.match(/<text [^>]*>worse /g)?.length, 1);
});

test('where nothing changed, it says so', t => {
  t.regex(trendPage([trendOf(tracksOf(nightsOf(around(100, 30)))[0]!)]), /No metric has changed its level/);
});

test('a page of many metrics and nights is small enough to open', t => {
  const names = track.metrics.filter(({name}) => name === 'migration.total');
  const many = {...track, metrics: Array.from({length: 40}, () => names[0]!)};
  t.true(trendPage(Array(6).fill(many)).length < 5_000_000);
});
