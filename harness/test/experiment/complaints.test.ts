import test from 'ava';
import {qemuErrors} from '../../experiment/complaints.ts';
import {type Findings, nothingFound} from '../../experiment/findings.ts';
import type {Lab} from '../../experiment/lab.ts';
import type {Machine} from '../../machine/boot.ts';
import type {Scenario} from '../../scenario/schema.ts';

const machine = (name: string, ...complaints: string[]): Machine => ({spec: {name}, complaints}) as unknown as Machine;

function found(machines: Machine[], abandoned: Machine[] = []): Findings {
  return {...nothingFound(), lab: {machines, abandoned: new Set(abandoned)} as unknown as Lab};
}

const exists = 'qemu-system-x86_64: vfio_container_dma_map(0x5555, 0xff16e000, 0x1000, 0x7f68) = -17 (File exists)';
const gone = 'qemu-system-x86_64: Unable to write to socket: Connection reset by peer';

const complains = test.macro((t, line: string, course: Scenario['course'], isError: boolean) => {
  const errors = qemuErrors(found([machine('l1'), machine('source', line)]), course);
  t.deepEqual(errors, isError ? [`source: ${line}`] : []);
});

test('a map that fails is an error', complains, exists, 'complete', true);
test('a line that nobody knows is an error', complains, 'qemu: oh', 'complete', true);
test(
  'that type1 tracks for the device is no error',
  complains,
  "qemu-system-x86_64: -device vfio-pci,…: warning: 6f1b: VFIO device doesn't support device and IOMMU dirty tracking",
  'complete',
  false,
);
test('a connection that breaks is an error', complains, gone, 'complete', true);
test('a connection that breaks on purpose is none', complains, gone, 'lost-destination', false);
const unsaved = 'qemu-system-x86_64: failed to save SaveStateEntry with id(name): 1(ram): ';
test('what cannot be saved because nobody listens is none then', complains, `${unsaved}-5`, 'lost-destination', false);
test('what cannot be saved for another reason is an error', complains, `${unsaved}-22`, 'lost-destination', true);
test('a map that fails is an error, whatever happens to the destination', complains, exists, 'lost-destination', true);

test('what machines said counts, though they never all got up', t => {
  const started = [
    machine('l1'),
    machine('source', 'KVM internal error. Suberror: 3'),
  ] as unknown as Findings['started'];
  t.deepEqual(qemuErrors({...nothingFound(), started}, 'complete'), ['source: KVM internal error. Suberror: 3']);
});

test('an error that repeats is said once', t => {
  t.deepEqual(qemuErrors(found([machine('target', exists, exists)]), 'complete'), [`target: ${exists}`]);
});

test('what a machine says that was ended on purpose does not count', t => {
  const target = machine('target', 'qemu: load of migration failed');
  t.deepEqual(qemuErrors(found([machine('source'), target], [target]), 'cancel'), []);
});

test('machines that never got up have no say', t => {
  t.deepEqual(qemuErrors(nothingFound(), 'complete'), []);
});
