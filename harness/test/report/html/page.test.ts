import test from 'ava';
import {html} from '../../../report/html/html.ts';
import {legend, markOf, palette} from '../../../report/html/marks.ts';
import {pageText} from '../../../report/html/page.ts';
import {dataTable} from '../../../report/html/table.ts';
import {contrast, readColour} from '../../contrast.ts';

const page = pageText({
  title: 'A <page>',
  subtitle: 'of two sections',
  sections: [
    {id: 'one', title: 'First', content: html`<p>1</p>`},
    {id: 'two', title: 'Second', content: null},
  ],
});

test('a page allows nothing to be loaded and no script to run, and asks for nothing', t => {
  t.regex(page, /^<!doctype html>\n<html lang="en">/);
  t.true(page.includes(`content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:"`));
  t.deepEqual(
    [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, to]) => to),
    ['data:,', '#main', '#one', '#two'],
  );
  t.notRegex(page, /url\(|@import|<script/);
});

test('a page is dark for those who want it so, and only on a screen', t => {
  t.deepEqual(page.match(/@media[^{]*dark[^{]*/g), ['@media screen and (prefers-color-scheme:dark)']);
});

test('a page says its title, escaped, and has a heading for each section', t => {
  t.true(page.includes('<title>A &lt;page&gt;</title>'));
  t.deepEqual(
    [...page.matchAll(/<(h\d)[^>]*>([^<]*)/g)].map(([, level, text]) => `${level} ${text}`),
    ['h1 A &lt;page&gt;', 'h2 First', 'h2 Second'],
  );
});

test('a table has a caption, scopes, and groups of rows', t => {
  const {text} = dataTable({
    caption: 'Metrics',
    columns: [{title: 'metric'}, {title: 'why', isWords: true}, {title: 'ms'}],
    groups: [{rows: [['a', 'b', 1]]}, {title: 'guest', rows: [['c', '<d>', html`<b>2</b>`]]}],
  });
  t.regex(text, /<caption>Metrics<\/caption>/);
  t.regex(text, /<th scope="col">metric<\/th><th scope="col" class="words">why<\/th><th scope="col">ms<\/th>/);
  t.regex(text, /<tr><th scope="row">a<td class="words">b<td>1\n/);
  t.regex(text, /<th class="group" scope="rowgroup" colspan="3">guest<\/th>/);
  t.regex(text, /<td class="words">&lt;d&gt;<td><b>2<\/b>\n/);
});

test('arms differ in more than their colour', t => {
  const marks = palette.map((_, place) => markOf(place));
  t.is(new Set(marks.map(mark => mark.className)).size, palette.length);
  t.is(new Set(marks.map(mark => mark.dash)).size, palette.length);
  for (const [index, {point}] of marks.slice(1).entries()) t.not(point, marks[index]!.point);
  t.is(legend([{place: 0, words: 'a & b'}]).text.match(/a &amp; b/g)?.length, 1);
});

test('the colours of arms stand out from light paper and from dark', t => {
  for (const {light, dark} of palette) {
    t.true(contrast(readColour(light), readColour('#ffffff')) >= 4.5, light);
    t.true(contrast(readColour(dark), readColour('#14171b')) >= 4.5, dark);
  }
});
