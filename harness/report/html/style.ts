import {palette} from './marks.ts';

/** Colours of the page: for the arms see marks.ts. Text has a contrast of at least 4.5 on its paper. */
const colours = {
  light: {
    paper: '#ffffff',
    shade: '#f3f4f6',
    ink: '#1a1a1a',
    muted: '#565b63',
    rule: '#c9ccd1',
    link: '#0058a0',
    better: '#00589c',
    worse: '#a83c00',
    warn: '#fff3d6',
  },
  dark: {
    paper: '#14171b',
    shade: '#1f242a',
    ink: '#e8e8e8',
    muted: '#a9b0b9',
    rule: '#454c55',
    link: '#7cc4ff',
    better: '#7cc4ff',
    worse: '#ffab70',
    warn: '#3a2f12',
  },
} as const;

function properties(scheme: 'light' | 'dark'): string {
  const own = Object.entries(colours[scheme]).map(([name, value]) => `--${name}:${value};`);
  const arms = palette.map((arm, place) => `--arm-${place}:${arm[scheme]};`);
  return [...own, ...arms].join('');
}

/** The style of every page. Dark is for screens only: what is printed is light. */
export const style = `
:root{${properties('light')}color-scheme:light}
@media screen and (prefers-color-scheme:dark){:root{${properties('dark')}color-scheme:dark}}
${palette.map((_, place) => `.arm-${place}{color:var(--arm-${place})}`).join('')}
*{box-sizing:border-box}
html{font:100%/1.5 system-ui,"DejaVu Sans",sans-serif;background:var(--paper);color:var(--ink)}
body{margin:0 auto;padding:1rem clamp(1rem,3vw,2.5rem) 3rem;max-width:82rem}
h1{font-size:1.7rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.35rem;margin:2.5rem 0 .75rem;padding-top:.5rem;border-top:2px solid var(--rule)}
h3{font-size:1.1rem;margin:1.75rem 0 .5rem}
h4{font-size:1rem;margin:1.25rem 0 .5rem}
p,ul,ol,dl{margin:.5rem 0;max-width:52rem}
ul,ol{padding-left:1.4rem}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}
main:focus{outline:none}
code{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.92em;overflow-wrap:anywhere}
header p,.note{color:var(--muted)}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;list-style:none;max-width:none}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;padding:.5rem 1rem;background:var(--paper);border:2px solid var(--link)}
.scroll{overflow-x:auto;max-width:100%;margin:.75rem 0}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:.25rem 0;color:var(--ink)}
th,td{padding:.25rem .7rem .25rem 0;text-align:right;vertical-align:top;border-bottom:1px solid var(--rule)}
th{font-weight:600}
thead th:first-child{text-align:left}
th code{white-space:nowrap}
tbody th{max-width:19rem}
tbody th{font-weight:400}
thead th{vertical-align:bottom;border-bottom:2px solid var(--rule)}
th.words,td.words,tbody th{text-align:left}
td.words{overflow-wrap:anywhere;min-width:6rem;max-width:36rem}
th.group{font-weight:600;padding-top:.9rem}
.unit,small{color:var(--muted);font-size:.85em}
.definitions{position:absolute}
td p{margin:0}
td small,.better,.worse,.same,.unclear{white-space:nowrap}
.better{color:var(--better);font-weight:600}
.worse{color:var(--worse);font-weight:600}
.same,.unclear{color:var(--muted)}
mark{background:var(--warn);color:inherit}
.alert{border-left:.3rem solid var(--worse);background:var(--warn);padding:.5rem 1rem;max-width:52rem}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,25rem),1fr));gap:1.5rem 2rem}
figure{margin:0;min-width:0;break-inside:avoid}
figcaption{margin-bottom:.25rem}
figcaption strong{overflow-wrap:anywhere}
figcaption p{margin:.1rem 0;font-size:.85rem;color:var(--muted)}
figure>svg{display:block;width:100%;max-width:40rem;height:auto;overflow:visible}
.legend{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:.1rem 1rem;padding:0;margin:.25rem 0;list-style:none;font-size:.85rem}
.legend svg{vertical-align:middle}
.legend sup{line-height:0}
.source{margin:.25rem 0;font-size:.85rem;overflow-wrap:anywhere}
details{margin:.35rem 0}
summary{cursor:pointer;width:fit-content;color:var(--link);font-size:.9rem}
details details{margin-left:1rem}
svg text{font-size:13px;fill:var(--ink);paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
svg .alarm{fill:var(--worse)}
svg .muted{fill:var(--muted)}
svg .end{text-anchor:end}
svg .middle{text-anchor:middle}
svg .axis{stroke:var(--muted);fill:none}
svg .grid{stroke:var(--rule);fill:none}
svg .line{stroke:currentColor;stroke-width:1.75;fill:none}
svg .thin{stroke:currentColor;stroke-width:1.25;fill:none}
svg .dots{stroke:currentColor;stroke-width:5;stroke-linecap:round;stroke-opacity:.55;fill:none}
svg .point{fill:currentColor}
svg .waited{fill:currentColor;fill-opacity:.55;stroke-dasharray:3 2}
svg .hollow{fill:var(--paper)}
svg .sample{fill:none;stroke:currentColor;stroke-opacity:.7}
svg .median{stroke:currentColor;stroke-width:2.5;fill:none}
svg .area{fill:currentColor;fill-opacity:.25;stroke:currentColor}
svg .block{fill:currentColor;fill-opacity:.35;stroke:currentColor}
svg .blackout{fill:var(--worse);fill-opacity:.2;stroke:var(--worse);stroke-dasharray:4 2}
@media screen and (min-width:48rem){.scroll tbody th{position:sticky;left:0;background:var(--paper)}}
@media print,(max-width:90rem){td small{display:block;white-space:normal}}
@media print{
html{font-size:9.5pt}
body{padding:0;max-width:none}
nav,.skip{display:none}
.scroll{overflow:visible}
table{font-size:7.5pt}
th,td{padding:.15rem .4rem .15rem 0}
.figures{grid-template-columns:1fr 1fr}
h2,h3,h4,caption{break-after:avoid}
tr{break-inside:avoid}
.better,.worse,.same,.unclear{white-space:normal}
th code{white-space:normal}
a{color:inherit}
}
`;
