import {sha256} from '../plan/fingerprint.ts';
import {type Built, type HistoryLine, type HistoryMetric, historyVersion} from '../result/history.ts';
import {placeOf} from '../result/noise-floor.ts';
import type {Metric, Result, Source} from '../result/schema.ts';
import {harmless} from './differences.ts';
import {trialValues} from './samples.ts';
import {summarise} from './statistics.ts';

/** Sums a result up for a history: what its figures are, and what may explain that others have other ones. */
export function historyLine(result: Result): HistoryLine {
  const {run, series, scenario, startedAt, finishedAt, outcome, asExpected, provenance, metrics, trials} = result;
  const values = Object.entries(scenario).filter(([name]) => !harmless.includes(name));
  return {
    schemaVersion: historyVersion,
    kind: 'history',
    run,
    series,
    scenario: {...Object.fromEntries(values), name: scenario.name},
    ...(result.cell === undefined ? {} : {cell: result.cell}),
    place: placeOf(result),
    sources: {linux: originOf(provenance.kernel.source), qemu: originOf(provenance.qemu.source)},
    startedAt,
    finishedAt,
    outcome,
    asExpected,
    built: builtOf(result),
    metrics: Object.fromEntries(metrics.flatMap(metric => figuresOf(metric, trials.length))),
  };
}

function figuresOf(metric: Metric, trials: number): [string, HistoryMetric][] {
  const summary = summarise(trialValues(metric, trials) ?? []);
  if (summary === null) return [];
  const {count, median, low, high} = summary;
  return [[metric.name, {trials: count, median, low, high}]];
}

function builtOf({provenance}: Result): Built {
  const {harness, kernel, guestKernel, qemu, l0Qemu, compiler, toolchain, guestImagesSha256, host} = provenance;
  return {
    harness,
    patches: sha256([...kernel.patches, ...qemu.patches].map(patch => patch.sha256).join()),
    kernel: versionOf(kernel.source),
    guestKernel: versionOf(guestKernel.source),
    qemu: versionOf(qemu.source),
    l0Qemu,
    compiler,
    toolchain,
    guestImages: guestImagesSha256,
    hostKernel: host.kernel,
  };
}

function originOf(source: Source): string {
  return source.kind === 'package' ? source.name : source.path;
}

/** The version of a package, or the commit of a tree; the hash of what a tree holds that is not just its commit. */
function versionOf(source: Source): string {
  if (source.kind === 'package') return source.version;
  const {commit, dirtySha256, contentSha256} = source;
  if (commit == null) return contentSha256;
  return dirtySha256 == null ? commit : `${commit} with changes ${dirtySha256}`;
}
