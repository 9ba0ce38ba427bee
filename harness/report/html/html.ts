/** Text that is HTML already. Only `html` and `trusted` make it, so that everything else is escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What stands in a template: text is escaped, lists are joined, and what is not there leaves nothing. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

/** Makes HTML, or SVG, of a template. What is filled in is escaped: also for attributes, whose values stand in quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  const fixed = parts.map(part => part.replace(/\n\s*/g, '\n'));
  return new Html(fixed.map((part, index) => part + textOf(values[index])).join(''));
}

/** Takes a text as it is: only for what this program wrote itself. */
export function trusted(text: string): Html {
  return new Html(text);
}

/** Attributes with their values; those without a value are left out. */
export function attributes(values: Readonly<Record<string, string | number | null | undefined>>): Html {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return trusted(given.map(([name, value]) => ` ${name}="${escapeText(String(value))}"`).join(''));
}

/** An address of a file, relative to the page, for an attribute. */
export function fileHref(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** An id made of any words: letters, digits and `-`. Different words may give the same one. */
export function slug(words: string): string {
  return words.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

function textOf(value: Content): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(textOf).join('');
  return escapeText(String(value));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, character => entities[character]!);
}
