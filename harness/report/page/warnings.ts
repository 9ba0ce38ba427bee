import {groupBy} from '../../base/group.ts';
import {type Content, html} from '../html/html.ts';
import type {Section} from '../html/page.ts';
import type {Report} from './model.ts';

/** What the trials warn of, each text once with where it was said. */
export function warningSection({cells}: Report): Section {
  const said = cells.flatMap(({name, arms}) =>
    arms.flatMap(({label, result}) =>
      result.warnings.map(text => ({text, where: name === '' ? label : `${label} (${name})`})),
    ),
  );
  const texts = [...groupBy(said, ({text}) => text)];
  const content =
    texts.length === 0
      ? html`<p>None.</p>`
      : html`<ul>${texts.map(
          ([text, places]) =>
            html`<li>${warning(
              text,
              places.map(({where}) => where),
            )}</li>`,
        )}</ul>`;
  return {id: 'warnings', title: 'Warnings', content};
}

/** The first line of a warning, and all of it to unfold where there is more. */
function warning(text: string, places: readonly string[]): Content {
  const [head = '', ...rest] = text.split('\n');
  const where = html`<strong>${places.join(', ')}</strong>: ${head}`;
  return rest.length === 0 ? where : html`${where}<details><summary>All of it</summary><pre>${text}</pre></details>`;
}
