import test from 'ava';
import {differences} from '../../analysis/differences.ts';
import type {Provenance, Result} from '../../result/schema.ts';
import {makeResult, makeUpstream, withProvenance} from '../fakes/result.ts';

const base = makeResult();
const {kernel, qemu, host} = base.provenance;
const package2 = {kind: 'package', name: 'linux-source-6.12', version: '6.12.120-1', sha256: ''} as const;
const tree = {kind: 'tree', path: '/linux', commit: 'abc', contentSha256: ''} as const;

const differs = test.macro((t, other: Result, ...expected: string[]) => {
  const found = differences(base, other);
  t.deepEqual(
    found.map(({what, base: left, other: right}) => `${what}: ${left} / ${right}`),
    expected,
  );
  t.deepEqual(
    differences(other, base)
      .map(({what}) => what)
      .sort(),
    found.map(({what}) => what).sort(),
  );
});

const onScenario = (values: Record<string, string | number>): Result =>
  makeResult({scenario: {...base.scenario, ...values}});
const on = (changes: Partial<Provenance>): Result => withProvenance(base, changes);

test('another series compares', differs, makeUpstream());
test('more trials compare', differs, onScenario({repeat: 20}));
test('other words about the scenario compare', differs, onScenario({summary: 'Other words'}));
test('other values do not compare', differs, onScenario({liveMappings: 64}), 'scenario.liveMappings: 4096 / 64');
test(
  'another cell of a sweep does not compare',
  differs,
  {...onScenario({liveMappings: 64}), cell: {liveMappings: 64}, sweep: {liveMappings: [64, 4096]}},
  'scenario.liveMappings: 4096 / 64',
);
test('a new value does not compare', differs, onScenario({huge: 'on'}), 'scenario.huge: not set / on');
test('another accelerator does not compare', differs, makeResult({accelerator: 'kvm'}), 'accelerator: tcg / kvm');
test('other patches compare', differs, on({kernel: {...kernel, patches: [], sha256: ''}}));
test(
  'another package of the kernel does not compare',
  differs,
  on({kernel: {...kernel, source: package2}}),
  'kernel: 6.12.117-1 / 6.12.120-1',
);
test(
  'another base does not compare',
  differs,
  on({kernel: {...kernel, source: {...package2, name: 'linux-source-7.2', version: '7.2.13-1'}}}),
  'kernel: 6.12.117-1 / 7.2.13-1',
);
test(
  'a tree of the same release compares',
  differs,
  on({kernel: {...kernel, release: '6.12.117-dirty+', source: tree}}),
);
test(
  'a tree of another release does not compare',
  differs,
  on({kernel: {...kernel, release: '7.2.0-rc1+', source: tree}}),
  'kernel: 6.12.117 / 7.2.0-rc1',
);
test(
  'a release that is no number is taken whole',
  differs,
  on({kernel: {...kernel, release: 'next', source: tree}}),
  'kernel: 6.12.117 / next',
);
test(
  'another QEMU does not compare',
  differs,
  on({qemu: {...qemu, version: '11.0.0', source: tree}}),
  'QEMU: 10.0.13 / 11.0.0',
);
test(
  'another machine does not compare',
  differs,
  on({
    l0Qemu: '9.0',
    toolchain: 'x',
    guestImagesSha256: 'y',
    host: {...host, cpu: 'B CPU', cores: 4, memoryMiB: 1, node: '22'},
  }),
  'QEMU of L1: 7.2.22 / 9.0',
  `toolchain: ${base.provenance.toolchain} / x`,
  `guest-images/: ${base.provenance.guestImagesSha256} / y`,
  'host CPU: A CPU / B CPU',
  'host cores: 2 / 4',
);
