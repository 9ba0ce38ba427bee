import type {Browser, Page} from 'puppeteer-core';
import type {Scope} from '../../base/scope.ts';
import {shownAt} from './chromium.ts';

/** A page that is open, and what it tried and said while it was. */
export type OpenPage = {
  readonly page: Page;
  /** How long it took until all of it was loaded. */
  readonly loadMs: number;
  /** Addresses that it asked for; the first is its own. */
  readonly requests: readonly string[];
  /** What went wrong, or was written to the console. */
  readonly complaints: readonly string[];
};

/** Opens a file of the folder that Chromium sees. The scope closes the page. */
export async function openPage(scope: Scope, browser: Browser, file: string): Promise<OpenPage> {
  const page = await browser.newPage();
  scope.defer('close the page', () => page.close());
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', request => requests.push(request.url()));
  page.on('requestfailed', request => complaints.push(`request failed: ${request.url()}`));
  page.on('console', message => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', error => complaints.push(`error: ${String(error)}`));
  const started = performance.now();
  await page.goto(`file://${shownAt}/${file}`, {waitUntil: 'load'});
  return {page, loadMs: performance.now() - started, requests, complaints};
}
