/** The letter that goes before the patches to one project. */
export type Cover = {readonly title: string; readonly text: string};

/** The projects that a series sends patches to, as the headings of a cover.md call them. */
export const coverHeadings = {linux: 'Linux', qemu: 'QEMU'} as const;

/** What a project's letter says; nothing where the file has none for it. */
export function readCover(file: string, project: keyof typeof coverHeadings): Cover | undefined {
  const parts = file.split(/^# /m).slice(1);
  const prefix = `${coverHeadings[project]}: `;
  const part = parts.find(one => one.startsWith(prefix));
  if (part === undefined) return undefined;
  const [title = '', ...lines] = part.slice(prefix.length).split('\n');
  return {title: title.trim(), text: lines.join('\n').trim()};
}

/** A line of a letter that stands for a table of measured figures: of the named metrics, or of the usual ones. */
const placeholder = /^\{\{figures(?:: ([^}]*))?\}\}$/m;

/** The metrics that a letter asks for, in each of its tables; an empty list asks for the usual ones. */
export function figuresAskedFor({text}: Cover): string[][] {
  return [...text.matchAll(new RegExp(placeholder, 'gm'))].map(([, names]) =>
    (names ?? '')
      .split(',')
      .map(name => name.trim())
      .filter(name => name !== ''),
  );
}

/** Puts tables in place of the lines that stand for them, in their order. */
export function fillFigures(cover: Cover, tables: readonly string[]): Cover {
  const text = tables.reduce((filled, table) => filled.replace(placeholder, () => table.trimEnd()), cover.text);
  return {...cover, text};
}
