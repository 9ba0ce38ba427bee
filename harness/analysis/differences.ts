import type {KernelProvenance, QemuProvenance, Result} from '../result/schema.ts';

/** Something other than the series in which two results differ, so that their figures do not compare. */
export type Difference = {readonly what: string; readonly base: string; readonly other: string};

/** Values of a scenario that do not change what one trial measures. */
export const harmless = ['series', 'repeat', 'summary', 'look'];

/** What of a result says under which conditions it came about. */
type Conditions = Pick<Result, 'scenario' | 'accelerator' | 'clock' | 'provenance'>;

/** Says in what two results differ beside their series, in the order of weight. */
export function differences(base: Conditions, other: Conditions): Difference[] {
  return [...scenarioDifferences(base, other), ...machineDifferences(base, other)];
}

function scenarioDifferences(base: Conditions, other: Conditions): Difference[] {
  const keys = new Set([...Object.keys(base.scenario), ...Object.keys(other.scenario)]);
  return [...keys]
    .filter(key => !harmless.includes(key))
    .flatMap(key => difference(`scenario.${key}`, show(base.scenario[key]), show(other.scenario[key])));
}

function machineDifferences(base: Conditions, other: Conditions): Difference[] {
  const [a, b] = [base.provenance, other.provenance];
  return [
    difference('accelerator', base.accelerator, other.accelerator),
    difference('clock', base.clock, other.clock),
    difference('kernel', ...versions(a.kernel, b.kernel, numericRelease)),
    difference('guest kernel', ...versions(a.guestKernel, b.guestKernel, numericRelease)),
    difference('QEMU', ...versions(a.qemu, b.qemu, ({version}) => version)),
    difference('QEMU of L1', a.l0Qemu, b.l0Qemu),
    difference('compiler', a.compiler, b.compiler),
    difference('toolchain', a.toolchain, b.toolchain),
    difference('guest-images/', a.guestImagesSha256, b.guestImagesSha256),
    difference('host CPU', a.host.cpu, b.host.cpu),
    difference('host cores', show(a.host.cores), show(b.host.cores)),
    difference('host kernel', a.host.kernel, b.host.kernel),
  ].flat();
}

function difference(what: string, base: string, other: string): Difference[] {
  return base === other ? [] : [{what, base, other}];
}

/** Base versions of two builds: of the package where both are packaged, else only what the sources call themselves. */
function versions<B extends KernelProvenance | QemuProvenance>(
  a: B,
  b: B,
  own: (build: B) => string,
): [string, string] {
  if (a.source.kind === 'package' && b.source.kind === 'package') return [a.source.version, b.source.version];
  return [own(a), own(b)];
}

/** The release without what a git tree adds to it, such as `+` or `-dirty`. */
function numericRelease({release}: KernelProvenance): string {
  return /^\d+(\.\d+)*(-rc\d+)?/.exec(release)?.[0] ?? release;
}

function show(value: unknown): string {
  if (value === undefined) return 'not set';
  return Array.isArray(value) ? value.join(', ') : String(value);
}
