import {type Content, fileHref, type Html, html} from './html.ts';

/** A file that the figures come from: its path relative to the page. */
export type SourceFile = {readonly label: string; readonly path: string};

/** A drawing with its words, its data and where they come from. */
export type Figure = {
  readonly title: string;
  /** How to read it. */
  readonly caption: Content;
  /** What it looks like, for those who do not see it. */
  readonly description: string;
  readonly drawing: Drawing;
  readonly legend?: Content;
  /** The figures that are drawn, as a table. */
  readonly data: Content;
  readonly sources: readonly SourceFile[];
};

/** The inside of an SVG and its size, in units of about a pixel. */
export type Drawing = {readonly height: number; readonly content: Content};

/** The width of every drawing: narrow, so that its letters are large enough on a phone and two stand side by side. */
export const drawingWidth = 440;

/** Writes a figure: a caption, the drawing, and, to unfold, its data with links to where they come from. */
export function figureHtml({title, caption, description, drawing, legend, data, sources}: Figure): Html {
  return html`<figure>
    <figcaption><strong>${title}</strong><p>${caption}</p></figcaption>
    <svg viewBox="0 0 ${drawingWidth} ${drawing.height}" role="img" aria-label="${title}"><desc>${description}</desc>${drawing.content}</svg>
    ${legend}
    <details><summary>Data: ${title}</summary>${data}${sourceLinks(sources)}</details>
    </figure>
    `;
}

/** Links to the files that figures come from. */
export function sourceLinks(sources: readonly SourceFile[]): Content {
  if (sources.length === 0) return null;
  const links = sources.map(
    ({label, path}, index) => html`${index === 0 ? '' : ', '}<a href="${fileHref(path)}">${label}</a>`,
  );
  return html`<p class="source">Raw data: ${links}</p>`;
}
