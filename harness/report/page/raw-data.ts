import {cellOf} from '../../result/cell.ts';
import {byMetricOrder} from '../../result/metrics.ts';
import type {Metric} from '../../result/schema.ts';
import {perTrial} from '../../result/trials.ts';
import {fileHref, type Html, html, trusted} from '../html/html.ts';
import type {Section} from '../html/page.ts';
import {dataTable} from '../html/table.ts';
import type {Report} from './model.ts';
import {counted} from './words.ts';

/** More files than these unfold. */
const mostListed = 24;

/** The id of the element that holds every sample. */
const samplesId = 'samples';

/** Where everything on the page comes from. */
export function rawDataSection({cells}: Report): Section {
  const files = cells.flatMap(cell => cell.arms.map(arm => ({cell, arm})));
  const table = dataTable({
    caption: 'The result files, relative to this page',
    columns: [{title: 'file'}, {title: 'series', isWords: true}, {title: 'cell', isWords: true}, {title: 'trials'}],
    groups: [
      {
        rows: files.map(({cell: {name}, arm: {label, path, result}}) => [
          html`<a href="${fileHref(path)}">${path}</a>`,
          label,
          name,
          result.trials.length,
        ]),
      },
    ],
  });
  const content = html`<p>Every value of every metric stands in this page too, as JSON in the element with the id <code>${samplesId}</code>: a list of metrics, and for each result the values of each of them, in that order. There is one for each trial, or a list where a trial gave more than one, or none.</p>
    ${files.length > mostListed ? html`<details><summary>${counted(files.length, 'result file')}</summary>${table}</details>` : table}`;
  return {id: 'raw-data', title: 'Raw data', content};
}

/** Every sample of every result, as a block of JSON that no browser runs. */
export function samplesBlock({cells}: Report): Html {
  const arms = cells.flatMap(cell => cell.arms);
  const known = arms.flatMap(({result}) =>
    result.metrics.map(({name, unit, better}) => [name, {name, unit, better}] as const),
  );
  const metrics = [...new Map(known).values()].sort((a, b) => byMetricOrder(a.name, b.name));
  const results = arms.map(({result, path}) => ({
    scenario: result.scenario.name,
    cell: cellOf(result),
    series: result.series,
    run: result.run,
    file: path,
    values: metrics.map(({name}) => samplesOf(result.metrics.find(metric => metric.name === name))),
  }));
  const text = JSON.stringify({metrics, results}).replaceAll('<', '\\u003c');
  return html`<script type="application/json" id="${samplesId}">${trusted(text)}</script>`;
}

/** What each trial gave: a value, or a list where that is not one. All in a row where the result does not say. */
function samplesOf(metric: Metric | undefined): readonly (number | readonly number[])[] | null {
  if (metric === undefined) return null;
  return perTrial(metric)?.map(values => (values.length === 1 ? values[0]! : values)) ?? metric.values;
}
