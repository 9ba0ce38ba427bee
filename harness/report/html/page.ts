import {type Content, html, trusted} from './html.ts';
import {pointDefinitions} from './marks.ts';
import {style} from './style.ts';

/** A page that needs nothing but itself. */
export type Page = {
  readonly title: string;
  /** Said below the title. */
  readonly subtitle: Content;
  /** The sections, in the order in which they stand. */
  readonly sections: readonly Section[];
  /** What stands behind all sections and is not shown, such as data. */
  readonly data?: Content;
};

/** A part of a page with a heading of the second level. */
export type Section = {readonly id: string; readonly title: string; readonly content: Content};

/** Nothing may be loaded, and no script may run: all a page needs is in it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Writes a page: a way past the contents, a list of the contents, and a heading for each section. */
export function pageText({title, subtitle, sections, data}: Page): string {
  const page = html`<!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
    <link rel="icon" href="data:,">
    <style>${trusted(style)}</style>
    </head>
    <body>
    <a class="skip" href="#main">Skip to the contents</a>
    <header>
    <h1>${title}</h1>
    <p>${subtitle}</p>
    <nav aria-label="Sections"><ul>${sections.map(({id, title: name}) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
    </header>
    <main id="main" tabindex="-1">
    ${sections.map(section)}
    </main>
    ${pointDefinitions()}${data}
    </body>
    </html>
    `;
  return page.text;
}

function section({id, title, content}: Section): Content {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
    </section>
    `;
}
