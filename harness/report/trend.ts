import type {Change, MetricTrend, Trend} from '../analysis/trend.ts';
import type {HistoryLine} from '../result/history.ts';
import type {Table} from './contents.ts';
import {figure, medianAndSpread, nothing} from './number.ts';
import {sparkline} from './sparkline.ts';
import {align} from './text.ts';

/** How many of the newest results a line of bars shows. */
const barsShown = 40;

/** Writes tracks for the terminal: a line for each metric, or, where some were asked for, one for each result. */
export function trendText(trends: readonly Trend[], isDetailed: boolean): string {
  const isDoubted = trends.some(trend => trend.metrics.some(metric => isDoubtful(metric, trend)));
  return [...trends.map(trend => sectionOf(trend, isDetailed)), ...(isDoubted ? [doubt] : [])].join('\n\n');
}

function sectionOf(trend: Trend, isDetailed: boolean): string {
  const tables = isDetailed
    ? trend.metrics.map(metric => [`${nameOf(metric, trend)}, ${metric.unit}`, ...align(resultTable(metric, trend), 2)])
    : [align(metricTable(trend), 2)];
  const sections = [[trackTitle(trend), rangeText(trend)], ...tables, changeLines(trend)];
  return sections.map(lines => lines.join('\n')).join('\n\n');
}

/** Names a track: the series, what was run, and on what. */
export function trackTitle({series, scenario, variant, place, sources}: Trend): string {
  const values = variant === '' ? '' : ` with ${variant}`;
  const machine = `${place.cpu}, ${place.cores} cores, ${place.accelerator}, ${place.clock} clock`;
  return `${series} under ${scenario.name}${values} (${sources.linux}, ${sources.qemu}; ${machine})`;
}

/** Says how many results there are, from when to when, and which of them did not end as expected. */
export function rangeText({results}: Trend): string {
  const [first, newest] = [results[0]!, results.at(-1)!];
  const range = first === newest ? whenOf(first) : `${whenOf(first)} to ${whenOf(newest)}`;
  const odd = results.filter(({asExpected}) => !asExpected);
  const which = odd.map(line => `${whenOf(line)} ${line.outcome}`).join(', ');
  return `${countOf(results.length)}, ${range}${odd.length === 0 ? '' : `; NOT as expected: ${which}`}`;
}

/** Says which metrics changed between which results, and what else did, a line each; or why nothing can be said. */
export function changeLines({metrics, results, needed}: Trend): string[] {
  const all = metrics.flatMap(metric => metric.changes.map(change => ({metric, change})));
  const places = [...new Set(all.map(({change}) => change.first))].sort((a, b) => a - b);
  const lines = places.flatMap(first => {
    const here = all.filter(({change}) => change.first === first);
    const {last, differences} = here[0]!.change;
    const explained = differences.map(({what, base, other}) => `${what} ${short(base)} → ${short(other)}`);
    return [
      `Between ${whenOf(results[last]!)} and ${whenOf(results[first]!)}:`,
      ...here.map(({metric, change}) => `  ${changeText(metric, change)}`),
      `  ${explained.length === 0 ? 'nothing else differs' : `what else differs: ${explained.join(', ')}`}`,
    ];
  });
  if (lines.length > 0) return lines;
  return [results.length < needed ? tooFewText(results.length, needed) : 'No metric has changed its level.'];
}

function tooFewText(count: number, needed: number): string {
  return `${countOf(count)} ${count === 1 ? 'is' : 'are'} too few to tell a change: it takes ${needed}.`;
}

function countOf(results: number): string {
  return `${results} ${results === 1 ? 'result' : 'results'}`;
}

/** Says what a change is, in one line. */
export function changeText({name, unit}: Pick<MetricTrend, 'name' | 'unit'>, change: Change): string {
  const {kind, before, after} = change;
  return `${kind}: ${name}, ${figure(before)} → ${figure(after)} ${unit}${ratioText(change)}`;
}

/** The day on which a result was begun, and the commit of the harness. */
export function whenOf({startedAt, built}: Pick<HistoryLine, 'startedAt' | 'built'>): string {
  return `${startedAt.slice(0, 10)} (${commitOf(built)})`;
}

function commitOf({harness}: HistoryLine['built']): string {
  return `${harness.commit?.slice(0, 7) ?? harness.version}${harness.dirty ? '+' : ''}`;
}

function ratioText({ratio}: Change): string {
  return ratio === null ? '' : `, ${figure(ratio)}×`;
}

/** The first digits of a hash; another text as it is. */
function short(text: string): string {
  return text.replace(/\b([0-9a-f]{7})[0-9a-f]{9,}\b/g, '$1');
}

function metricTable(trend: Trend): Table {
  return {
    header: ['metric', 'unit', 'first', 'newest', 'over time', 'changes'],
    rows: trend.metrics.map(metric => {
      const {points, unit} = metric;
      const bars = sparkline(points.slice(-barsShown).map(point => point.median));
      return [
        nameOf(metric, trend),
        unit,
        figure(points[0]!.median),
        figure(points.at(-1)!.median),
        bars,
        changesCell(metric, trend),
      ];
    }),
  };
}

function changesCell({changes, points}: MetricTrend, {needed}: Trend): string {
  if (changes.length > 0) return changes.map(change => `${change.kind}${ratioText(change)}`).join('; ');
  return points.length < needed ? `${points.length} of ${needed}` : nothing;
}

/** A line for each result: when it was begun, of which commit, and what it says of a metric. */
function resultTable({points, changes}: MetricTrend, {results}: Trend): Table {
  return {
    header: ['begun', 'commit', 'median [spread]', 'trials', 'outcome', 'change'],
    rows: points.map(point => {
      const {startedAt, built, outcome} = results[point.result]!;
      const change = changes.find(({first}) => first === point.result);
      return [
        startedAt.slice(0, 16).replace('T', ' '),
        commitOf(built),
        medianAndSpread(point),
        String(point.trials),
        outcome,
        change === undefined ? '' : `${change.kind}${ratioText(change)}`,
      ];
    }),
  };
}

/** Says what the mark * stands for. */
export const doubt = '* Measured under TCG: times and rates do not carry over to real hardware. Counts do.';

function nameOf(metric: MetricTrend, trend: Trend): string {
  return isDoubtful(metric, trend) ? `${metric.name} *` : metric.name;
}

/** Whether a metric says little about real hardware. */
export function isDoubtful({clocked}: MetricTrend, {place}: Trend): boolean {
  return clocked && place.accelerator === 'tcg';
}
