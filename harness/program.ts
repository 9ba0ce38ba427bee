import path from 'node:path';
import {Command, Option} from 'commander';
import type {ExitCode} from './base/errors.ts';
import type {Context} from './commands/context.ts';
import {defaultBase, kernelBases} from './scenario/kernel-base.ts';

/** Learns how a command ended. */
type End = (code: ExitCode) => void;

/** The command line. Only the command that is asked for is loaded: the others' dependencies would cost every start. */
export function makeProgram(context: Context, end: End): Command {
  const program = new Command('harness').description('Prototypes kernel and QEMU patches on nested, migrating guests');
  program.exitOverride().showHelpAfterError('(add --help for the options)');
  const parts = [
    addScenarioCommand,
    addCompareCommand,
    addTrendCommand,
    addReportCommand,
    addNightlyCommand,
    addSeriesCommands,
    addControlsCommand,
    addDocsCommand,
  ];
  for (const add of parts) add(program, context, end);
  return program;
}

function addScenarioCommand(program: Command, context: Context, end: End): void {
  program
    .command('scenario')
    .description('build what is missing, run a scenario under each series, and compare')
    .argument('<name>', 'a file of scenarios/, without .yaml')
    .option('--series <a,b>', 'series to run, instead of those the scenario lists')
    .option('--repeat <n>', 'trials per series')
    .option(
      '--set <key=value>',
      'override a scenario field; a list or a range sweeps it; may be given again',
      collect,
      [],
    )
    .addOption(baseOption())
    .option('--linux <dir>', 'build the kernels from this tree instead of the packaged source')
    .option('--qemu <dir>', 'build the QEMUs from this tree instead of the packaged source')
    .addOption(resultsOption(context))
    .addOption(new Option('--accel <kind>', 'what L1 runs under').choices(['auto', 'kvm', 'tcg']).default('auto'))
    .addOption(
      new Option(
        '--clock <kind>',
        'what time is in the guests: that of the machine (default), or virtual, which counts instructions',
      ).choices(['wall', 'virtual']),
    )
    .option('--refresh-sources', 'take the newest packaged sources that the mirror has')
    .option('--json', 'print one JSON object on standard output')
    .option('--continue <run>', 'add trials to the run in this folder of results')
    .option('--aa', 'run one series against itself, and keep how much it differs from itself')
    .option('--dry-run', 'print the plan and every command line; build and start nothing')
    .option('--boot', 'boot L1 and L2 for each trial, where it would start from a saved L1')
    .addOption(
      new Option('--fork', 'start trials from a saved L1 under the wall clock, too').conflicts(['boot', 'keep']),
    )
    .option('--keep', 'leave the machines up at the end, and print how to get in')
    .action(async (name, options) => {
      const {scenarioCommand} = await import('./commands/scenario.ts');
      end(await scenarioCommand(name, options, context));
    });
}

function addCompareCommand(program: Command, context: Context, end: End): void {
  program
    .command('compare')
    .description('compare result files with the first of them; 1 where something is worse')
    .argument('<files...>', 'result files')
    .option('--force', 'compare even what is not comparable', false)
    .option('--json', 'print JSON', false)
    .option('--markdown', 'print Markdown', false)
    .addOption(noiseOption(context))
    .action(async (files, options) => {
      const {compareCommand} = await import('./commands/compare.ts');
      end(await compareCommand(files, options, context.out));
    });
}

function addTrendCommand(program: Command, context: Context, end: End): void {
  program
    .command('trend')
    .description('append runs to a history, and show how each metric went and where it changed')
    .argument('[runs...]', 'folders of runs: results/<run>; none: only show')
    .option('--history <file>', 'the history; default: results/history.jsonl')
    .option('--series <a,b>', 'only these series')
    .option('--scenario <a,b>', 'only these scenarios')
    .option('--metric <name>', 'only this metric, with every result; may be given again', collect, [])
    .option('--page <file>', 'write a page with plots, in one file of HTML')
    .option('--fail-on-worse', 'end with 1 where these runs show that a metric has become worse', false)
    .option('--json', 'print one JSON object on standard output', false)
    .action(async (runs, options) => {
      const {trendCommand} = await import('./commands/trend.ts');
      end(await trendCommand(runs, options, context));
    });
}

function addReportCommand(program: Command, context: Context, end: End): void {
  program
    .command('report')
    .description('write the report of runs, or result files, as one HTML file that needs nothing but itself')
    .argument('<runs...>', 'folders of runs, and result files')
    .option('--out <file>', 'file to write; default: <run>.html beside the folder of the first run')
    .option('--base <series>', 'the series that the others are compared with; default: the first')
    .option('--force', 'report even what is not comparable', false)
    .addOption(noiseOption(context))
    .action(async (inputs, options) => {
      const {reportCommand} = await import('./commands/report.ts');
      end(await reportCommand(inputs, options, context.out));
    });
}

function addNightlyCommand(program: Command, context: Context, end: End): void {
  program
    .command('nightly')
    .description('run iova-churn under every series but the controls, and compare with the newest earlier results')
    .addOption(resultsOption(context))
    .option('--repeat <n>', 'trials per series')
    .option('--set <key=value>', 'override a scenario field; may be given again', collect, [])
    .action(async options => {
      const {nightlyCommand} = await import('./commands/nightly.ts');
      end(await nightlyCommand(options, context));
    });
}

function addSeriesCommands(program: Command, context: Context, end: End): void {
  const series = program.command('series').description('make a series ready to be posted');
  series
    .command('check')
    .description('check form and style of each patch, and that each one applies and compiles')
    .argument('<names...>', 'folders of kernel-patches/')
    .addOption(baseOption())
    .option('--linux <dir>', 'check on this tree instead of the packaged source')
    .option('--qemu <dir>', 'check on this tree instead of the packaged source')
    .option('--json', 'print one JSON object on standard output', false)
    .action(async (names, options) => {
      const {seriesCheckCommand} = await import('./commands/series-check.ts');
      end(await seriesCheckCommand(names, options, context));
    });
  series
    .command('outcome')
    .description('sum up the results of runs in small files, of which docs makes the outcome page')
    .argument('<runs...>', 'folders of runs: results/<run>')
    .option('--base <series>', 'the series that ratios are to', 'upstream')
    .option('--counts-only', 'leave out times and rates, of runs on a machine that had other work', false)
    .option('--out <dir>', 'folder for the files; default: results/reference')
    .action(async (runs, options) => {
      const {seriesOutcomeCommand} = await import('./commands/series-outcome.ts');
      end(await seriesOutcomeCommand(runs, options, context));
    });
  series
    .command('export')
    .description('write the numbered mails of a series, with a cover letter that holds measured figures')
    .argument('<name>', 'a folder of kernel-patches/')
    .addOption(baseOption())
    .option('--result <base,this>', 'results or digests for a table of the letter; may be given again', collect, [])
    .option('--out <dir>', 'folder for the mails; default: outgoing/<name>')
    .option('--to <address>', 'whom the mails are for; may be given again', collect, [])
    .option('--cc <address>', 'who gets a copy; may be given again', collect, [])
    .option('--prefix <text>', 'what the brackets of the subjects begin with', 'PATCH')
    .option('--force', 'export even with figures of other patches', false)
    .action(async (name, options) => {
      const {seriesExportCommand} = await import('./commands/series-export.ts');
      end(await seriesExportCommand(name, options, context));
    });
}

function addControlsCommand(program: Command, context: Context, end: End): void {
  program
    .command('controls')
    .description('run the series that are broken on purpose, and show which oracle catches which')
    .option('--only <a,b>', 'only these controls')
    .option('--repeat <n>', 'trials per series and scenario')
    .option('--set <key=value>', 'override a field of every scenario; may be given again', collect, [])
    .addOption(resultsOption(context))
    .option('--record', 'make the outcome the one that the documents show')
    .option('--json', 'print JSON')
    .action(async options => {
      const {controlsCommand} = await import('./commands/controls.ts');
      end(await controlsCommand(options, context));
    });
}

function addDocsCommand(program: Command, context: Context, end: End): void {
  program
    .command('docs')
    .description('write the generated parts of the documents')
    .option('--check', 'only say what is out of date', false)
    .action(async options => {
      const {docsCommand} = await import('./commands/docs.ts');
      end(await docsCommand(context.repository, options, context.out));
    });
}

/** Chooses the packaged Linux, and with it the patches that are for it. */
function baseOption(): Option {
  return new Option('--base <version>', 'the Linux to patch').choices(kernelBases).default(defaultBase);
}

/** Where the folders of runs go. */
function resultsOption({repository}: Context): Option {
  return new Option('--out <dir>', 'folder for the results').default(path.join(repository, 'results'));
}

/** Where noise floors are. */
function noiseOption({repository}: Context): Option {
  return new Option('--results <dir>', 'folder of results whose noise floors count').default(
    path.join(repository, 'results'),
  );
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}
