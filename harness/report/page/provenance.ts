import type {KernelProvenance, QemuProvenance, Result, Source} from '../../result/schema.ts';
import {type Content, html} from '../html/html.ts';
import type {Section} from '../html/page.ts';
import {dataTable} from '../html/table.ts';
import type {Report} from './model.ts';
import {patchTable} from './patches.ts';

/** A fact about how results came about: what each arm has, all its cells together. */
type Fact = {readonly name: string; readonly perArm: readonly (readonly string[])[]};

/** What was run, on what, built from what: first what differs between the arms, then what all share. */
export function provenanceSection(report: Report): Section {
  const {labels} = report;
  const facts = factsOf(report);
  const differing = facts.filter(fact => !isShared(fact));
  const content = html`${
    differing.length > 0 &&
    dataTable({
      caption: 'What differs between the arms, or within one; marked: what is not as under the first',
      columns: [{title: 'what'}, ...labels.map(title => ({title, isWords: true}))],
      groups: [{rows: differing.map(({name, perArm}) => [name, ...perArm.map(values => marked(values, perArm[0]!))])}],
    })
  }
    ${dataTable({
      caption: 'What all arms share',
      columns: [{title: 'what'}, {title: 'value', isWords: true}],
      groups: [{rows: facts.filter(isShared).map(({name, perArm}) => [name, lines(perArm[0]!)])}],
    })}
    ${patchTable('Linux of L1', report, ({provenance}) => provenance.kernel.patches)}
    ${patchTable('QEMU of L2', report, ({provenance}) => provenance.qemu.patches)}
    ${patchTable('Linux of L2', report, ({provenance}) => provenance.guestKernel.patches)}`;
  return {id: 'provenance', title: 'Provenance', content};
}

function isShared({perArm}: Fact): boolean {
  return new Set(perArm.map(values => values.join('\0'))).size === 1 && perArm[0]!.length <= 1;
}

/** Values that are not those of the first arm are marked. */
function marked(values: readonly string[], first: readonly string[]): Content {
  const text = lines(values);
  return values.join('\0') === first.join('\0') ? text : html`<mark>${text}</mark>`;
}

function lines(values: readonly string[]): Content {
  return values.map((value, index) => html`${index > 0 && html`<br>`}${value}`);
}

/** The facts that any result has, in the order of the first. Which values were swept stands elsewhere. */
function factsOf({labels, cells}: Report): Fact[] {
  const arms = cells.flatMap(cell => cell.arms.map(({label, result}) => ({label, facts: new Map(allFacts(result))})));
  const swept = new Set(cells.flatMap(({values}) => Object.keys(values).map(scenarioFact)));
  const names = [...new Set(arms.flatMap(({facts}) => [...facts.keys()]))].filter(name => !swept.has(name));
  return names.map(name => ({
    name,
    perArm: labels.map(label => {
      const own = arms.filter(arm => arm.label === label).flatMap(({facts}) => facts.get(name) ?? 'not set');
      return [...new Set(own)];
    }),
  }));
}

function scenarioFact(field: string): string {
  return `scenario: ${field}`;
}

function allFacts(result: Result): (readonly [string, string])[] {
  const {provenance: from, scenario} = result;
  const {harness, host, acceleratorProbe} = from;
  return [
    ['run', result.run],
    ['clock', result.clock],
    ['accelerator', result.accelerator],
    ['why that accelerator', acceleratorProbe.reason],
    ...buildFacts('Linux of L1', kernelBuild(from.kernel)),
    ...buildFacts('QEMU of L2', qemuBuild(from.qemu)),
    ...buildFacts('Linux of L2', kernelBuild(from.guestKernel)),
    ['QEMU of L1', from.l0Qemu],
    ['compiler', from.compiler],
    ['build root', from.toolchain],
    ['guest-images/', short(from.guestImagesSha256)],
    ['host', `${host.cpu}, ${host.cores} cores, ${host.memoryMiB} MiB, Linux ${host.kernel}, Node ${host.node}`],
    [
      'harness',
      `${harness.version}${harness.commit ? `, commit ${short(harness.commit)}` : ''}${harness.dirty ? ', with changes' : ''}`,
    ],
    ...Object.entries(scenario).map(([field, value]) => [scenarioFact(field), String(value)] as const),
  ];
}

/** What both a kernel and a QEMU say of their build. */
type Build = {
  readonly version: string;
  readonly source: Source;
  readonly configuration: string;
  readonly binary: string;
};

function buildFacts(name: string, {version, source, configuration, binary}: Build): (readonly [string, string])[] {
  return [
    [name, version],
    [`${name}: source`, sourceWords(source)],
    [`${name}: configuration`, short(configuration)],
    [`${name}: binary`, short(binary)],
  ];
}

function kernelBuild({release, source, configSha256, sha256}: KernelProvenance): Build {
  return {version: release, source, configuration: configSha256, binary: sha256};
}

function qemuBuild({version, source, configureSha256, sha256}: QemuProvenance): Build {
  return {version, source, configuration: configureSha256, binary: sha256};
}

function sourceWords(source: Source): string {
  if (source.kind === 'package') return `${source.name} ${source.version}`;
  const {path, commit, dirtySha256, contentSha256} = source;
  const state = commit
    ? `commit ${short(commit)}${dirtySha256 ? ', with changes' : ''}`
    : `content ${short(contentSha256)}`;
  return `${path}, ${state}`;
}

/** As much of a hash as tells it from others. */
function short(hash: string): string {
  return hash.slice(0, 12);
}
