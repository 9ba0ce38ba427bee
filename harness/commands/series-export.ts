import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {differences} from '../analysis/differences.ts';
import {type ExitCode, exitCode, UserError} from '../base/errors.ts';
import {diffstat} from '../build/diffstat.ts';
import {readGuestImages} from '../build/guest-images.ts';
import {ensureHostPackages} from '../build/host-packages.ts';
import {baseName, type Patch, readPatches} from '../build/patches.ts';
import {ensureSource, type Project} from '../build/sources.ts';
import {cacheRoot, type Store} from '../build/store.ts';
import {ensureToolchain, type Toolchain} from '../build/toolchain.ts';
import {type Cover, coverHeadings, figuresAskedFor, fillFigures, readCover} from '../posting/cover.ts';
import {parseMail} from '../posting/mail.ts';
import {coverMail, type Envelope, renumber} from '../posting/mails.ts';
import {figuresText} from '../report/figures.ts';
import type {Digest} from '../result/digest.ts';
import {metricDefinition} from '../result/metrics.ts';
import type {KernelBase} from '../scenario/kernel-base.ts';
import {readSeries, type Series} from '../scenario/series.ts';
import type {Context} from './context.ts';
import {isOutdated, readFigures} from './digests.ts';

/** The flags of `series export`. */
export type SeriesExportOptions = {
  /** The Linux that the patches are for. The figures may come from another. */
  readonly base: KernelBase;
  /** Each a list of files, divided by commas: the base of a table, and what stands beside it. */
  readonly result: readonly string[];
  readonly out?: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly prefix: string;
  readonly force: boolean;
};

/** The digests of one table; the first is the base. */
type Table = readonly [Digest, ...Digest[]];

/** Writes the mails of a series: for each project a folder with a cover letter and the numbered patches. */
export async function seriesExportCommand(
  name: string,
  options: SeriesExportOptions,
  context: Context,
): Promise<ExitCode> {
  const series = await readSeries(context.repository, name, options.base);
  const tables = await Promise.all(options.result.map(list => readTable(list)));
  const covers = await readCovers(context.repository, series, tables);
  if (!options.force) await requireFitting(context.repository, series, tables);
  const store = {root: cacheRoot(), emit: context.emit, signal: context.signal};
  await ensureHostPackages(context.emit, context.signal);
  const toolchain = await ensureToolchain(store, (await readGuestImages(context.repository)).packages);
  const out = path.resolve(options.out ?? path.join('outgoing', name));
  for (const [project, cover] of covers) {
    const mails = await makeMails(store, toolchain, series, project, cover, options);
    for (const file of await writeMails(path.join(out, project), mails)) context.out(`${file}\n`);
  }
  return exitCode.done;
}

async function readTable(list: string): Promise<Table> {
  const [first, ...rest] = await Promise.all(list.split(',').map(file => readFigures(file.trim())));
  return [first!, ...rest];
}

/** The letters of the projects that the series has patches for, with the figures in them. */
async function readCovers(
  repository: string,
  series: Series,
  tables: readonly Table[],
): Promise<readonly (readonly [Project, Cover])[]> {
  const file = path.join('kernel-patches', series.name, 'cover.md');
  const text = await readFile(path.join(repository, file), 'utf8').catch(cause => {
    throw new UserError(`${file} cannot be read`, {
      hint: 'Write the cover letter; kernel-patches/README.md says how.',
      cause,
    });
  });
  const own = series.stack.at(-1)!;
  const projects = (['linux', 'qemu'] as const).filter(project => own[project].length > 0);
  return projects.map(project => {
    const cover = readCover(text, project);
    if (cover !== undefined) return [project, withFigures(file, cover, tables)] as const;
    throw new UserError(`${file} has no letter for ${coverHeadings[project]}`, {
      hint: `Begin one with the line “# ${coverHeadings[project]}: its title”.`,
    });
  });
}

function withFigures(file: string, cover: Cover, tables: readonly Table[]): Cover {
  const wanted = figuresAskedFor(cover);
  const unknown = wanted.flat().find(metric => metricDefinition(metric) === undefined);
  if (unknown !== undefined) {
    throw new UserError(`${file} asks for the metric ${unknown}, which there is not`, {
      hint: 'results/README.md lists them.',
    });
  }
  if (wanted.length > tables.length) {
    throw new UserError(`${file} has ${wanted.length} tables of figures, and there are results for ${tables.length}`, {
      hint: 'Give --result BASE.json,THIS.json for each table.',
    });
  }
  return fillFigures(
    cover,
    wanted.map((metrics, index) => figuresText(tables[index]!, metrics)),
  );
}

/** Refuses figures of another series, of other patches, or that do not compare. */
async function requireFitting(repository: string, series: Series, tables: readonly Table[]): Promise<void> {
  const hint = 'Run it anew with the patches as they are; --force exports all the same.';
  for (const table of tables) {
    const own = table.find(digest => digest.series === series.name);
    if (own === undefined) throw new UserError(`none of the results is one of ${series.name}`, {hint});
    if (await isOutdated(repository, own)) {
      throw new UserError(`run ${own.runs[0]} measured other patches than ${series.name} has now`, {hint});
    }
    const [difference] = table.flatMap(digest => differences(table[0], digest));
    if (difference !== undefined) {
      const {what, base, other} = difference;
      throw new UserError(`the results do not compare: ${what} is ${base} and ${other}`, {hint});
    }
  }
}

/** The mails of one project by the name of their file; those of what goes below in a folder of their own. */
async function makeMails(
  store: Store,
  toolchain: Toolchain,
  series: Series,
  project: Project,
  cover: Cover,
  options: Envelope & {readonly base: KernelBase},
): Promise<readonly (readonly [string, string])[]> {
  const all = await readPatches(series, project);
  const own = all.filter(patch => patch.series === series.name);
  const below = all.slice(0, all.length - own.length);
  const tree = await ensureSource(store, toolchain, project, undefined, options.base);
  const base = [`Base: ${baseName(tree)}`, ...below.map(patch => `Prerequisite: ${parseMail(patch.text).subject}`)];
  const stat = await diffstat(store, toolchain, tree, below, own);
  const texts = own.map(patch => patch.text);
  return [
    ['0000-cover-letter.patch', coverMail(cover, texts, {stat, base}, options)],
    ...texts.map(
      (text, index) => [nameOf(own[index]!, index), renumber(text, index + 1, own.length, options)] as const,
    ),
    ...below.map(
      (patch, index) =>
        [
          path.join('prerequisites', nameOf(patch, index)),
          renumber(patch.text, index + 1, below.length, {...options, to: [], cc: []}),
        ] as const,
    ),
  ];
}

/** The name of a patch's file with the number that it has among those it is sent with. */
function nameOf({file}: Patch, index: number): string {
  return path.basename(file).replace(/^\d+/, String(index + 1).padStart(4, '0'));
}

/** Writes the mails in place of those of an earlier export, and gives their paths. */
async function writeMails(folder: string, mails: readonly (readonly [string, string])[]): Promise<string[]> {
  for (const part of [folder, path.join(folder, 'prerequisites')]) {
    const old = (await readdir(part).catch(() => [])).filter(name => /^\d{4}-.*\.patch$/.test(name));
    for (const name of old) await rm(path.join(part, name));
  }
  for (const [name, text] of mails) {
    await mkdir(path.dirname(path.join(folder, name)), {recursive: true});
    await writeFile(path.join(folder, name), text);
  }
  return mails.map(([name]) => path.join(folder, name));
}
