import type {Page} from 'puppeteer-core';

/** The little of a page's own world that the functions below use; they run there, not here. */
type Style = Readonly<Record<string, string>>;
type Box = {readonly width: number; readonly height: number};
type Element = {
  readonly tagName: string;
  readonly textContent: string;
  readonly parentElement: Element | null;
  readonly childNodes: Iterable<{readonly nodeType: number; readonly textContent: string}>;
  readonly namespaceURI: string;
  closest(selector: string): Element | null;
  getBoundingClientRect(): Box;
  checkVisibility(options: object): boolean;
};
declare const document: {
  querySelectorAll(selector: string): Iterable<Element>;
  readonly activeElement: Element | null;
};
declare const getComputedStyle: (element: Element) => Style;

/** Every place that the keyboard can get to, by the order in which they stand. */
const reachable = 'a[href], summary, [tabindex="0"]';

/** How many places there are to get to, and those that a Tab for each, and one for the page itself, did not reach. */
export async function unreachedByTab(page: Page): Promise<{readonly places: number; readonly unreached: string[]}> {
  const places = await page.evaluate(
    selector => [...document.querySelectorAll(selector)].filter(one => one.checkVisibility({})).length,
    reachable,
  );
  const reached = new Set<number>();
  for (let presses = 0; presses <= places; presses++) {
    await page.keyboard.press('Tab');
    reached.add(
      await page.evaluate(
        selector => [...document.querySelectorAll(selector)].indexOf(document.activeElement!),
        reachable,
      ),
    );
  }
  const all = await page.evaluate(
    selector =>
      [...document.querySelectorAll(selector)].map(one => ({
        isVisible: one.checkVisibility({}),
        text: `${one.tagName} ${one.textContent.slice(0, 60)}`,
      })),
    reachable,
  );
  return {
    places,
    unreached: all.filter(({isVisible}, index) => isVisible && !reached.has(index)).map(({text}) => text),
  };
}

/** A text as it is shown, with its colour and that of what is behind it, as `rgb(…)`. */
export type ShownText = {readonly text: string; readonly colour: string; readonly paper: string};

/** Every text that is to be seen. */
export async function shownTexts(page: Page): Promise<ShownText[]> {
  return page.evaluate(() => {
    const paperOf = (element: Element | null): string => {
      if (element === null) return 'rgb(255, 255, 255)';
      const own = getComputedStyle(element)['backgroundColor']!;
      return own === 'rgba(0, 0, 0, 0)' ? paperOf(element.parentElement) : own;
    };
    return [...document.querySelectorAll('body *')]
      .filter(one => one.checkVisibility({}) && one.closest('script, style, desc') === null)
      .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim() !== ''))
      .map(one => {
        const {color, fill} = getComputedStyle(one) as {color: string; fill: string};
        return {
          text: one.textContent.trim().slice(0, 60),
          colour: one.namespaceURI.endsWith('svg') ? fill : color,
          paper: paperOf(one),
        };
      });
  });
}

/** Which of the elements that a selector finds are not to be seen: by their text. */
export async function unseen(page: Page, selector: string): Promise<string[]> {
  return page.evaluate(
    chosen =>
      [...document.querySelectorAll(chosen)]
        .filter(one => {
          const {width, height} = one.getBoundingClientRect();
          return !one.checkVisibility({visibilityProperty: true, opacityProperty: true}) || width * height === 0;
        })
        .map(one => `${one.tagName} ${one.textContent.slice(0, 60)}`),
    selector,
  );
}
