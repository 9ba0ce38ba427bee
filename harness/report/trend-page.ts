import type {Change, MetricTrend, Trend} from '../analysis/trend.ts';
import {trendChart} from './charts/trend.ts';
import {figureHtml} from './html/figure.ts';
import {type Content, type Html, html} from './html/html.ts';
import {pageText, type Section} from './html/page.ts';
import {type Column, dataTable} from './html/table.ts';
import {figure, medianAndSpread} from './number.ts';
import {changeLines, changeText, doubt, isDoubtful, rangeText, trackTitle, whenOf} from './trend.ts';

/** How many of the newest results are drawn: all count, but a page of years would be too large to open. */
const drawnAtMost = 80;

/** Writes tracks as a page: where metrics changed, and a plot for each metric that varies. */
export function trendPage(trends: readonly Trend[]): string {
  const results = trends.reduce((count, trend) => count + trend.results.length, 0);
  return pageText({
    title: 'Trend',
    subtitle: `${results} results in ${trends.length} ${trends.length === 1 ? 'track' : 'tracks'}`,
    sections: [
      {id: 'changes', title: 'Changes', content: changesSection(trends)},
      ...trends.map((trend, index) => trackSection(trend, `track-${index + 1}`)),
    ],
  });
}

type Found = {readonly trend: Trend; readonly metric: MetricTrend; readonly change: Change};

/** All changes of all tracks, the newest first. */
function changesSection(trends: readonly Trend[]): Content {
  const found = trends.flatMap(trend =>
    trend.metrics.flatMap(metric => metric.changes.map((change): Found => ({trend, metric, change}))),
  );
  if (found.length === 0)
    return html`<p>No metric has changed its level, as far as there are results enough to tell.</p>`;
  const begun = ({trend, change}: Found): string => trend.results[change.first]!.startedAt;
  const rows = found.sort((a, b) => begun(b).localeCompare(begun(a))).map(changeRow);
  const columns = [
    'first result after it',
    'track',
    'metric',
    'change',
    'before',
    'after',
    'ratio',
    'what else differs',
  ];
  const words = [0, 1, 2, 3, 7];
  return dataTable({
    caption: 'Where the level of a metric changes',
    columns: columns.map((title, index): Column => ({title, isWords: words.includes(index)})),
    groups: [{rows}],
  });
}

function changeRow({trend, metric, change}: Found): Content[] {
  const {kind, before, after, ratio, differences} = change;
  return [
    whenOf(trend.results[change.first]!),
    trackTitle(trend),
    `${metric.name}, ${metric.unit}`,
    html`<span class="${kind}">${kind}</span>`,
    figure(before),
    figure(after),
    ratio === null ? '' : `${figure(ratio)}×`,
    differences.map(({what}) => what).join(', '),
  ];
}

function trackSection(trend: Trend, id: string): Section {
  const varied = trend.metrics.filter(metric => !isConstant(metric));
  const constant = trend.metrics.filter(isConstant).map(({name, points}) => `${name} (${figure(points[0]!.median)})`);
  const left = trend.results.length - drawnAtMost;
  const notes = [
    ...(constant.length === 0 ? [] : [`Did not vary: ${constant.join(', ')}.`]),
    ...(left > 0 ? [`The newest ${drawnAtMost} results are drawn; all were judged.`] : []),
    ...(trend.metrics.some(metric => isDoubtful(metric, trend)) ? [doubt] : []),
  ];
  return {
    id,
    title: trackTitle(trend),
    content: html`<p>${rangeText(trend)}</p>
      <ul>${changeLines(trend).map(line => html`<li>${line}</li>`)}</ul>
      ${notes.map(note => html`<p class="note">${note}</p>`)}
      <div class="figures">${varied.map(metric => metricFigure(newest(metric, trend), trend))}</div>
      `,
  };
}

function isConstant({points}: MetricTrend): boolean {
  return points.every(point => point.median === points[0]!.median);
}

/** A metric with the newest of its results, and the changes that lie between them. */
function newest(metric: MetricTrend, {results}: Trend): MetricTrend {
  const points = metric.points.filter(({result}) => result >= results.length - drawnAtMost);
  return {...metric, points, changes: metric.changes.filter(({last}) => last >= (points[0]?.result ?? results.length))};
}

function metricFigure(metric: MetricTrend, trend: Trend): Html | null {
  const {points, changes, name, unit} = metric;
  if (points.length === 0) return null;
  const title = isDoubtful(metric, trend) ? `${name} *` : name;
  const words = changes.map(change => `${whenOf(trend.results[change.first]!)}: ${changeText(metric, change)}`);
  return figureHtml({
    title,
    caption: words.length === 0 ? `Newest ${medianAndSpread(points.at(-1)!)} ${unit}` : words.join('; '),
    description: `${points.length} results from ${whenOf(trend.results[points[0]!.result]!)} to ${whenOf(
      trend.results[points.at(-1)!.result]!,
    )}, in ${unit}. ${words.length === 0 ? 'No change of level.' : `${words.join('. ')}.`}`,
    drawing: trendChart(metric, trend),
    data: resultsTable(metric, trend, `${title}, ${unit}`),
    sources: [],
  });
}

function resultsTable({points, changes}: MetricTrend, {results}: Trend, caption: string): Html {
  const rows = points.map((point): Content[] => {
    const result = results[point.result]!;
    const change = changes.find(({first}) => first === point.result);
    const odd = result.asExpected ? '' : ` ${result.outcome}, not as expected`;
    return [`${whenOf(result)}${odd}`, medianAndSpread(point), point.trials, change?.kind ?? ''];
  });
  const columns = [{title: 'begun'}, {title: 'median [spread]'}, {title: 'trials'}, {title: 'change', isWords: true}];
  return dataTable({caption, columns, groups: [{rows}]});
}
