import test from 'ava';
import {compare} from '../../../analysis/compare.ts';
import type {ComparedCell} from '../../../report/page/model.ts';
import {reportPage} from '../../../report/page/report-page.ts';
import type {Result} from '../../../result/schema.ts';
import {makeResult, makeUpstream, oncePerTrial, withProvenance} from '../../fakes/result.ts';
import {makeArm} from '../../fakes/sweep.ts';

function cellOf(...[base, ...others]: readonly [Result, ...Result[]]): ComparedCell {
  return {
    scenario: base.scenario.name,
    values: base.cell ?? {},
    members: [base, ...others].map(result => ({result, path: `${result.run}/${result.series}.json`})),
    comparison: compare(base, others),
  };
}

const sections = (page: string): string[] => [...page.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id!);

/** A section as the words it shows. */
function words(page: string, id: string): string {
  const section = page.slice(page.indexOf(`<section id="${id}"`)).split('</section>')[0]!;
  return section.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

const upstream = makeArm({series: 'upstream', trials: 10});
const gpaMap = makeArm({series: 'gpa-map', trials: 10, factor: 0.5});
const two = reportPage([cellOf(upstream, gpaMap)]);

test('a report of a migration has all sections but that of what was varied', t => {
  t.deepEqual(sections(two), [
    'summary',
    'verdicts',
    'distributions',
    'migrations',
    'latencies',
    'provenance',
    'warnings',
    'raw-data',
  ]);
});

test('sections that there is nothing for are left out', t => {
  t.deepEqual(sections(reportPage([cellOf(makeUpstream({trials: []}), makeResult({trials: []}))])), [
    ...['summary', 'verdicts', 'distributions', 'provenance', 'warnings', 'raw-data'],
  ]);
});

test('where locks were traced, a report shows where the time went, and what tracing cost', t => {
  const sweep = {tracing: ['off', 'locks']};
  const arms = (tracing: string, factor: number): [Result, Result] => [
    makeArm({series: 'upstream', trials: 10, factor, values: {tracing}, sweep}),
    makeArm({series: 'gpa-map', trials: 10, factor: factor / 2, values: {tracing}, sweep}),
  ];
  const page = reportPage([cellOf(...arms('off', 1)), cellOf(...arms('locks', 1.25))]);
  t.true(sections(page).includes('breakdown'));
  const said = words(page, 'breakdown');
  t.regex(said, / Time of a sync, tracing=locks .* Time of an unmap, tracing=locks /);
  t.notRegex(said, /tracing=off/);
  t.regex(said, / upstream, iova-churn locks guest\.unmap\.p50 in µs [\d.]+ [\d.]+ 1\.\d+× \[1\.\d+ … 1\.\d+\] /);
  t.regex(said, / gpa-map, iova-churn locks migration\.downtime in ms /);
});

test('of many cells in which locks were traced, the report draws none', t => {
  const sweep = {tracing: ['locks'], liveMappings: [1, 2, 3, 4, 5, 6, 7]};
  const arm = (series: string, liveMappings: number): Result =>
    makeArm({series, trials: 2, values: {tracing: 'locks', liveMappings}, sweep});
  const cells = sweep.liveMappings.map(one => cellOf(arm('upstream', one), arm('gpa-map', one)));
  t.true(sections(reportPage(cells.slice(0, 2))).includes('breakdown'));
  t.false(sections(reportPage(cells)).includes('breakdown'));
});

test('the summary says in words what is better and worse, and names it', t => {
  const said = words(two, 'summary');
  t.regex(said, /gpa-map beside upstream, of \d+ metrics: ▼ \d+ worse \( guest\.ops_per_second 0\.\d+× \[/);
  t.regex(said, /▲ \d+ better \( [a-z_.0-9]+ 0\.\d+× \[[^,]*\], /);
  t.regex(said, / and \d+ more\)/);
});

test('few trials are called unclear, with how many may tell', t => {
  const [a, b] = ['upstream', 'gpa-map'].map(series => makeArm({series, trials: 3}));
  t.regex(
    words(reportPage([cellOf(a!, b!)]), 'summary'),
    /of \d+ metrics: \? \d+ unclear \. With \d+ trials an arm, or more/,
  );
});

test('an arm that ended otherwise than expected stands out, with why', t => {
  const trials = [{...makeResult().trials[0]!, outcome: 'timeout', reason: 'L2 <hung>'} as const];
  const page = reportPage([cellOf(makeUpstream(), makeResult({outcome: 'timeout', asExpected: false, trials}))]);
  t.regex(page, /<strong class="worse">timeout, NOT expected<\/strong> \(passed\)/);
  t.regex(page, /L2 &lt;hung&gt;/);
});

test('results that do not compare say so first, and are not judged', t => {
  const page = reportPage([cellOf(makeUpstream(), makeResult({accelerator: 'kvm'}))]);
  t.regex(
    words(page, 'summary'),
    /^ Summary Not comparable: .* accelerator: tcg in upstream, kvm in gpa-map .* nothing is judged/,
  );
  t.notRegex(page, /class="(better|worse|same|unclear)"/);
});

test('provenance sets apart what differs between the arms, and marks it', t => {
  const other = withProvenance(makeResult(), {compiler: 'gcc 15'});
  const page = reportPage([cellOf(makeUpstream(), other)]);
  t.regex(page, /<th scope="row">compiler<td class="words">gcc 14\.2\.0<td class="words"><mark>gcc 15<\/mark>/);
  t.regex(words(page, 'provenance'), /What all arms share .* clock wall/);
  t.regex(words(page, 'provenance'), /common\/linux\/0001-trace \(bbbbbbbb\) 1 1/);
});

test('a warning is said once, escaped, with whom it is of', t => {
  const page = reportPage([
    cellOf(makeUpstream({warnings: ['a <b>']}), makeResult({warnings: ['a <b>', 'two\nlines']})),
  ]);
  t.regex(page, /<strong>upstream, gpa-map<\/strong>: a &lt;b&gt;<\/li>/);
  t.regex(page, /<pre>two\nlines<\/pre>/);
});

const swept = (sizes: readonly number[]) =>
  sizes.map(devices => {
    const values = {devices};
    const arms = ['upstream', 'gpa-map'].map(series =>
      makeArm({series, trials: 3, values, sweep: {devices: [...sizes]}}),
    );
    return cellOf(arms[0]!, arms[1]!);
  });

test('a sweep of few cells shows each, and the curves', t => {
  const page = reportPage(swept([1, 2, 4]));
  t.true(sections(page).includes('cost'));
  t.true(sections(page).includes('migrations'));
  t.is(page.match(/<h3>devices=2<\/h3>/g)?.length, 5);
  t.regex(words(page, 'cost'), /upstream: N 0\.5\d \[/);
});

test('a sweep of many cells sums them up, and unfolds the verdicts of each', t => {
  const page = reportPage(swept([1, 2, 3, 4, 5, 6, 7]));
  t.deepEqual(sections(page), ['summary', 'cost', 'verdicts', 'provenance', 'warnings', 'raw-data']);
  t.regex(words(page, 'summary'), /migration\.total \? 7 unclear/);
  t.regex(page, /<a href="#cell-7-devices-7">devices=7<\/a>/);
  t.regex(page, /<details id="cell-7-devices-7"><summary>devices=7<\/summary>/);
});

test('every id stands once, and every link within the page leads somewhere', t => {
  for (const page of [two, reportPage(swept([1, 2, 3, 4, 5, 6, 7]))]) {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    t.is(new Set(ids).size, ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) t.true(ids.includes(target!), target);
  }
});

test('a result of an older harness, which does not say which trial gave what, is shown too', t => {
  const old = makeResult({metrics: [{...oncePerTrial('vfio.sync_time', [1, 2, 3]), counts: undefined}]});
  const page = reportPage([cellOf(old)]);
  t.regex(page, /"values":\[\[1,2,3\]\]/);
  t.regex(words(page, 'summary'), /One arm alone/);
});

test('no text of a result ends the block of JSON', t => {
  const page = reportPage([cellOf(makeResult({run: '</script><b>'}))]);
  t.is(page.split('</script>').length, 2);
});
