import type {StartedMachine} from '../machine/boot.ts';
import type {Scenario} from '../scenario/schema.ts';
import type {Findings} from './findings.ts';

/** A line of a QEMU that is no error of what is tried, and why. */
type Harmless = {readonly pattern: RegExp; readonly why: string; readonly courses?: readonly Scenario['course'][]};

const harmless: readonly Harmless[] = [
  {
    pattern: /doesn't support device and IOMMU dirty tracking$/,
    why: 'said of every device without a dirty log of its own: that type1 tracks for it is the point',
  },
  {
    pattern: /warning: Large machine and max_ram_below_4g \(\d+\) not a multiple of 1G; possible bad performance\.$/,
    why: 'the scenario asks for it, to have memory on both sides of 4 GiB',
  },
  {
    pattern: /warning: TCG doesn't support requested feature/,
    why: 'said of an emulated L1, and of features that nothing here uses',
  },
  {
    pattern:
      /Unable to write to socket|Broken pipe|Connection reset by peer|Input\/output error|failed to save SaveStateEntry with id\(name\): \S+: -(5|32)$/,
    why: 'what a source says when the destination is lost on purpose, or the migration is cancelled',
    courses: ['cancel', 'lost-destination'],
  },
];

/** What the QEMUs of a trial complained of that is an error, each line once, with its machine's name. */
export function qemuErrors({lab, started}: Pick<Findings, 'lab' | 'started'>, course: Scenario['course']): string[] {
  const machines = lab ? lab.machines.filter(machine => !lab.abandoned.has(machine)) : started;
  return machines.flatMap(machine => errorsOf(machine, course).map(line => `${machine.spec.name}: ${line}`));
}

function errorsOf({complaints}: Pick<StartedMachine, 'complaints'>, course: Scenario['course']): string[] {
  return [...new Set(complaints.filter(line => !isHarmless(line, course)))];
}

function isHarmless(line: string, course: Scenario['course']): boolean {
  return harmless.some(({pattern, courses}) => pattern.test(line) && (courses?.includes(course) ?? true));
}
