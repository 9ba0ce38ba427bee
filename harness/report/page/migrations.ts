import {type TimeLine, timeLineOf, typicalTrial} from '../../analysis/time-line.ts';
import {extentOf, type TimeLineExtent, timeLineChart} from '../charts/time-line.ts';
import {figureHtml} from '../html/figure.ts';
import {type Content, type Html, html} from '../html/html.ts';
import type {Section} from '../html/page.ts';
import {dataTable} from '../html/table.ts';
import {figure} from '../number.ts';
import {hasFigures, type Report, type ShownArm, type ShownCell, sourcesOf, titled} from './model.ts';
import {counted, plain} from './words.ts';

type DrawnMigration = {readonly arm: ShownArm; readonly line: TimeLine};

/** The migration of a typical trial of each arm, as a time line; nothing where no guest was migrated. */
export function migrationSection(report: Report): Section | null {
  if (!hasFigures(report)) return null;
  const drawn = report.cells.map(cell => ({cell, migrations: cell.arms.flatMap(migrationOf)}));
  if (drawn.every(({migrations}) => migrations.length === 0)) return null;
  const content = html`<p>Of each arm the trial whose migration took the median time; of a trial that migrates more than once, its last migration. Above: what the guest completed, in steps of its time line. Below: a block for each round, from one sync of the dirty bitmap to the next, as high as the number of dirty pages that VFIO reported at its start. Dashed: the blackout, the time that the source says neither side ran the guest. The bracket on top: the longest time in which the guest saw nothing completed. The guest’s clock begins where it was told of the migration, some ms before the migration starts.</p>
    ${drawn.map(({cell, migrations}) => cellMigrations(cell, migrations))}`;
  return {id: 'migrations', title: 'Migrations', content};
}

function migrationOf(arm: ShownArm): DrawnMigration[] {
  const trial = typicalTrial(arm.result.trials);
  const line = trial && timeLineOf(trial);
  return line ? [{arm, line}] : [];
}

function cellMigrations(cell: ShownCell, migrations: readonly DrawnMigration[]): Content {
  if (migrations.length === 0) return null;
  const extent = extentOf(migrations.map(({line}) => line));
  return html`${cell.name !== '' && html`<h3>${cell.name}</h3>`}
    <div class="figures">${migrations.map(one => migrationFigure(one, cell, extent))}</div>`;
}

function migrationFigure({arm, line}: DrawnMigration, cell: ShownCell, extent: TimeLineExtent): Html {
  const {trial, totalMs, rounds, blackout, longestGap} = line;
  const words = [
    `trial ${trial + 1} of ${arm.result.trials.length}`,
    `${figure(totalMs)} ms`,
    counted(rounds.length, 'round'),
    ...(blackout ? [`blackout ${figure(blackout.toMs - blackout.fromMs)} ms`] : []),
    ...(longestGap ? [`longest gap ${figure(longestGap.toMs - longestGap.fromMs)} ms`] : []),
  ].join(', ');
  const title = titled(`Migration of ${arm.label}`, cell);
  return figureHtml({
    title,
    caption: words,
    description: `${words}. Dirty pages of the rounds: ${rounds.map(({dirtyPages}) => dirtyPages).join(', ')}.`,
    drawing: timeLineChart(line, arm.place, extent),
    data: html`${roundTable(title, line)}${churnTable(title, line)}`,
    sources: sourcesOf([arm]),
  });
}

function roundTable(title: string, {rounds}: TimeLine): Content {
  return dataTable({
    caption: `${title}: rounds`,
    columns: ['round', 'start in ms', 'length in ms', 'dirty pages', 'dirty ioctls', 'bytes sent'].map(name => ({
      title: name,
    })),
    groups: [
      {
        rows: rounds.map(({round, startMs, durationMs, dirtyPages, dirtyIoctls, bytes}) => [
          round,
          figure(startMs),
          figure(durationMs),
          figure(dirtyPages),
          figure(dirtyIoctls),
          figure(bytes),
        ]),
      },
    ],
  });
}

function churnTable(title: string, {churn}: TimeLine): Content {
  if (churn === null) return html`<p>The guest reported no time line.</p>`;
  return dataTable({
    caption: `${title}: operations per second`,
    columns: [{title: 'from, in ms'}, {title: 'to, in ms'}, {title: 'operations per second'}],
    groups: [{rows: churn.map(({fromMs, toMs, perSecond}) => [figure(fromMs), figure(toMs), plain(perSecond)])}],
  });
}
