import type {ExecutionContext} from 'ava';
import axe from 'axe-core';
import {shownAt} from './chromium.ts';
import type {OpenPage} from './page.ts';

/** Asserts that a page of this file opened without a complaint, and asked for nothing but itself. */
export function isQuiet(t: ExecutionContext, {requests, complaints}: OpenPage, file: string): void {
  t.deepEqual(complaints, []);
  t.deepEqual(
    requests.filter(address => !address.startsWith('data:')),
    [`file://${shownAt}/${file}`],
  );
}

/** Asserts that axe finds nothing that shuts a reader out, in light and in dark, folded and unfolded. */
export async function isAccessible(t: ExecutionContext, {page}: Pick<OpenPage, 'page'>): Promise<void> {
  await page.evaluate(axe.source);
  for (const value of ['light', 'dark']) {
    await page.emulateMediaFeatures([{name: 'prefers-color-scheme', value}]);
    const {violations, passes} = (await page.evaluate('axe.run()')) as axe.AxeResults;
    t.deepEqual(
      violations.map(({id, help, nodes}) => [id, help, nodes.slice(0, 2).map(({html}) => html)]),
      [],
    );
    t.true(passes.some(({id}) => id === 'color-contrast'));
    await page.$$eval('details', all => {
      for (const details of all.slice(0, 5)) details.setAttribute('open', '');
    });
  }
}
