import test from 'ava';
import {attributes, fileHref, html, slug, trusted} from '../../../report/html/html.ts';

test('what is filled into a template is escaped, in text and in attributes', t => {
  const evil = `<script>"it's" & more</script>`;
  const escaped = '&lt;script&gt;&quot;it&#39;s&quot; &amp; more&lt;/script&gt;';
  t.is(html`<p title="${evil}">${evil}</p>`.text, `<p title="${escaped}">${escaped}</p>`);
  t.is(attributes({title: evil}).text, ` title="${escaped}"`);
});

test('HTML inside HTML stays as it is, also in lists', t => {
  t.is(
    html`<ul>${['a', '<b>'].map(item => html`<li>${item}</li>`)}</ul>`.text,
    '<ul><li>a</li><li>&lt;b&gt;</li></ul>',
  );
  t.is(html`${trusted('<br>')}`.text, '<br>');
});

test('what is not there leaves nothing, but 0 does', t => {
  t.is(html`[${null}${undefined}${false}${[]}${0}]`.text, '[0]');
  t.is(attributes({a: null, b: undefined, c: 0}).text, ' c="0"');
});

test('the indentation of a template is left out, that of what is filled in is not', t => {
  t.is(
    html`<p>
      ${'a\n  b'}
    </p>`.text,
    '<p>\na\n  b\n</p>',
  );
});

test('a path with any characters becomes an address', t => {
  t.is(fileHref('../a run/upstream,liveMappings=64#?.json'), '../a%20run/upstream%2CliveMappings%3D64%23%3F.json');
});

test('an id has no character that has a meaning in an address', t => {
  t.is(slug('iova-churn: liveMappings=64, pattern=random'), 'iova-churn-liveMappings-64-pattern-random');
});
