import {type Content, type Html, html} from './html.ts';

/** A column: of figures, aligned to the right, or of words. */
export type Column = {readonly title: Content; readonly isWords?: boolean};

/** Rows that belong together, under a heading of their own if they have a title. */
export type RowGroup = {readonly title?: string; readonly rows: readonly (readonly Content[])[]};

/** A table with a caption. The first cell of each row is the row's heading. */
export type DataTable = {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly groups: readonly RowGroup[];
};

/**
 * Writes a table that scrolls in itself where it is too wide; the keyboard reaches it to do so. The end tags that HTML
 * lets one leave out are left out: a page may have many thousands of cells.
 */
export function dataTable({caption, columns, groups}: DataTable): Html {
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table>
    <caption>${caption}</caption>
    <thead><tr>${columns.map(({title, isWords}) => html`<th scope="col"${isWords && words}>${title}</th>`)}</tr></thead>
    ${groups.map(group => bodyOf(group, columns))}
    </table></div>
    `;
}

const words = html` class="words"`;

function bodyOf({title, rows}: RowGroup, columns: readonly Column[]): Html {
  const heading =
    title !== undefined &&
    html`<tr><th class="group" scope="rowgroup" colspan="${columns.length}">${title}</th></tr>
      `;
  return html`<tbody>${heading}${rows.map(row => rowOf(row, columns))}</tbody>
    `;
}

function rowOf([heading, ...cells]: readonly Content[], [, ...columns]: readonly Column[]): Html {
  return html`<tr><th scope="row">${heading}${cells.map((cell, index) => html`<td${columns[index]?.isWords && words}>${cell}`)}
    `;
}
