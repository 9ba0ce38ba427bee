/** Red, green and blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** The contrast of two colours, from 1 to 21, as WCAG 2.2 defines it. */
export function contrast(a: Colour, b: Colour): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

/** Reads a colour as style sheets have it (`#0058a0`), or as a browser says it (`rgb(0, 88, 160)`). */
export function readColour(text: string): Colour {
  const parts = text.startsWith('#')
    ? [1, 3, 5].map(at => Number.parseInt(text.slice(at, at + 2), 16))
    : [...text.matchAll(/[\d.]+/g)].map(([part]) => Number(part));
  const [red, green, blue] = parts;
  if (red === undefined || green === undefined || blue === undefined) throw new Error(`not a colour: ${text}`);
  return [red, green, blue];
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map(part => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
