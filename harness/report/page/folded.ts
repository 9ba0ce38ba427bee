import {type Content, html} from '../html/html.ts';
import {counted} from './words.ts';

/** As many figures of a kind are shown at once; the rest unfolds. */
const mostOpen = 12;

/** Shows figures side by side: those that were chosen, as far as they are not too many; the others unfold. */
export function foldedFigures(chosen: readonly Content[], others: readonly Content[]): Content {
  const open = chosen.slice(0, mostOpen);
  const folded = [...chosen.slice(mostOpen), ...others];
  return html`${open.length > 0 && html`<div class="figures">${open}</div>`}
    ${
      folded.length > 0 &&
      html`<details><summary>${counted(folded.length, open.length > 0 ? 'more figure' : 'figure')}</summary><div class="figures">${folded}</div></details>`
    }`;
}
