import {
  type SymbolType,
  symbol,
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  symbolWye,
} from 'd3-shape';
import {type Content, type Html, html} from './html.ts';

/** How the lines and points of an arm look: never by colour alone. */
export type Mark = {
  /** The class that sets the colour: `currentColor` in what it is on. */
  readonly className: string;
  /** A stroke-dasharray. */
  readonly dash: string;
  /** The address of its point, which the page defines once, around 0,0. */
  readonly point: string;
};

/** Colours told apart with any kind of colour vision (after Okabe and Ito, 2008), for light paper and for dark. */
export const palette: readonly {readonly light: string; readonly dark: string}[] = [
  {light: '#1a1a1a', dark: '#f0f0f0'},
  {light: '#0068a8', dark: '#56b4e9'},
  {light: '#b84f00', dark: '#ff9e4a'},
  {light: '#00755a', dark: '#2fd0a0'},
  {light: '#9c4485', dark: '#eaa0d0'},
  {light: '#7d6200', dark: '#f0e442'},
  {light: '#5a4fcf', dark: '#b3abff'},
  {light: '#6a6a6a', dark: '#b8b8b8'},
];

const dashes = ['none', '7 3', '2 3', '9 3 2 3', '4 2', '1 4', '12 4', '6 2 1 2 1 2'];

const shapes: readonly SymbolType[] = [
  symbolCircle,
  symbolSquare,
  symbolTriangle,
  symbolDiamond,
  symbolCross,
  symbolStar,
  symbolWye,
];

/** The area of a point, in square units of a chart. */
const pointArea = 30;

/** The looks of the arm that stands at a place among all arms. The first is the base. */
export function markOf(place: number): Mark {
  return {
    className: `arm-${place % palette.length}`,
    dash: dashes[place % dashes.length]!,
    point: `#point-${place % shapes.length}`,
  };
}

/** The shapes of points, for a page to define: drawings only name them. */
export function pointDefinitions(): Html {
  const paths = shapes.map(
    (shape, index) => html`<path id="point-${index}" d="${symbol(shape, pointArea).digits(1)() ?? ''}"/>`,
  );
  return html`<svg width="0" height="0" aria-hidden="true" class="definitions"><defs>${paths}</defs></svg>
    `;
}

/** What the arms of a chart look like, each with words of its own. */
export function legend(arms: readonly {readonly place: number; readonly words: Content}[]): Html {
  return html`<ul class="legend">${arms.map(({place, words}) => {
    const {className, dash, point} = markOf(place);
    return html`<li><svg class="${className}" viewBox="0 0 36 12" width="36" height="12" aria-hidden="true"><path class="line" d="M0 6H36" stroke-dasharray="${dash}"/><use class="point" href="${point}" x="18" y="6"/></svg> ${words}</li>`;
  })}</ul>`;
}
