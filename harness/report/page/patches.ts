import type {KernelProvenance, Result} from '../../result/schema.ts';
import {type Content, html} from '../html/html.ts';
import {dataTable} from '../html/table.ts';
import {nothing} from '../number.ts';
import type {Report} from './model.ts';

type Patches = KernelProvenance['patches'];

/** Which patches the arms have on top of a source, with their place in the order; nothing where no arm has any. */
export function patchTable(what: string, {labels, cells}: Report, patchesOf: (result: Result) => Patches): Content {
  const perArm = labels.map(label => {
    const own = cells.flatMap(({arms}) => arms.filter(arm => arm.label === label));
    return own.map(({result}) => patchesOf(result).map(nameOf));
  });
  const names = [...new Set(perArm.flat(2))];
  if (names.length === 0) return null;
  return dataTable({
    caption: `${what}: patches, with their place in the order`,
    columns: [{title: 'patch'}, ...labels.map(title => ({title}))],
    groups: [{rows: names.map(name => [html`<small>${name}</small>`, ...perArm.map(lists => placeIn(lists, name))])}],
  });
}

function nameOf({file, sha256}: Patches[number]): string {
  return `${file.replace(/\.patch$/, '')} (${sha256.slice(0, 8)})`;
}

/** The place of a patch in the lists of an arm; all of them where its cells were built from other patches. */
function placeIn(lists: readonly (readonly string[])[], name: string): string {
  const places = new Set(lists.map(list => list.indexOf(name)).filter(place => place !== -1));
  return places.size === 0 ? nothing : [...places].map(place => place + 1).join(' or ');
}
