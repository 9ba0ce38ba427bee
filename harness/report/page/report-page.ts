import {type Content, html} from '../html/html.ts';
import {pageText} from '../html/page.ts';
import {breakdownSection} from './breakdown.ts';
import {costSection} from './cost.ts';
import {distributionSection} from './distributions.ts';
import {latencySection} from './latency.ts';
import {migrationSection} from './migrations.ts';
import {type ComparedCell, hasFigures, makeReport, type Report} from './model.ts';
import {provenanceSection} from './provenance.ts';
import {rawDataSection, samplesBlock} from './raw-data.ts';
import {summarySection} from './summary.ts';
import {verdictSection} from './verdicts.ts';
import {warningSection} from './warnings.ts';
import {counted} from './words.ts';

/** Writes the report of results that were compared cell by cell: one page that needs nothing but itself. */
export function reportPage(cells: readonly ComparedCell[]): string {
  const report = makeReport(cells);
  const sections = [
    summarySection(report),
    ...(hasFigures(report)
      ? [verdictSection(report), costSection(report)]
      : [costSection(report), verdictSection(report)]),
    distributionSection(report),
    migrationSection(report),
    latencySection(report),
    breakdownSection(report),
    provenanceSection(report),
    warningSection(report),
    rawDataSection(report),
  ];
  return pageText({
    title: `${report.scenarios.join(', ')}: ${report.labels.join(', ')}`,
    subtitle: subtitleOf(report),
    sections: sections.filter(section => section !== null),
    data: samplesBlock(report),
  });
}

/** What was run, when, and how often. */
function subtitleOf(report: Report): Content {
  const results = report.cells.flatMap(({arms}) => arms.map(({result}) => result));
  const runs = [...new Set(results.map(({run}) => run))];
  const trials = results.reduce((sum, result) => sum + result.trials.length, 0);
  const finishedAt = results.map(result => result.finishedAt).reduce((a, b) => (a > b ? a : b));
  const summary = report.scenarios.length === 1 && results[0]!.scenario['summary'];
  return html`${typeof summary === 'string' && `${summary}. `}${counted(trials, 'trial')} in ${counted(runs.length, 'run')} (${runs.join(', ')}), finished <time datetime="${finishedAt}">${finishedAt.replace(/T([\d:]+)(\.\d+)?Z$/, ' $1 UTC')}</time>.${
    !hasFigures(report) &&
    html` A report of fewer cells, such as of the files of one, has the figures of each: <code>npm run report -- FILE…</code>`
  }`;
}
