import {existsSync} from 'node:fs';
import test from 'ava';
import {UserError} from '../../base/errors.ts';
import {Scope} from '../../base/scope.ts';
import {distributionsQemu} from '../../build/emulator.ts';
import {l1Spec} from '../../experiment/machines.ts';
import {chooseAccelerator, probeKvm, readyLine} from '../../machine/accelerator.ts';
import {LocalHost} from '../../machine/local-host.ts';
import {makeFakeQemu} from '../fakes/qemu.ts';
import {iovaChurn} from '../fakes/scenario.ts';
import {temporaryFolder} from '../folder.ts';

test('without KVM, L1 runs under TCG', async t => {
  t.is(await chooseAccelerator({kvm: false, nested: null, reason: ''}), 'tcg');
});

test('with KVM and nesting, L1 runs under KVM', async t => {
  t.is(await chooseAccelerator({kvm: true, nested: true, reason: ''}), 'kvm');
});

test('KVM without nesting is an error with its remedy', async t => {
  const probe = {kvm: true, nested: false, reason: ''};
  const error = (await t.throwsAsync(chooseAccelerator(probe), {instanceOf: UserError})) as UserError;
  t.is(error.exitCode, 2);
  t.regex(error.hint, /modprobe -r (kvm_\w+) && modprobe \1 nested=1/);
});

const ready = test.macro((t, line: string, nested: string | undefined) => t.is(readyLine.exec(line)?.[1], nested));

test('L1 says that its processor can run guests', ready, 'harness: ready nested=yes', 'yes');
test('L1 says that its processor cannot run guests', ready, 'harness: ready nested=no', 'no');
test('L2 says only that it is up', t => t.regex('harness: ready', readyLine));

/** The probe asks for /dev/kvm first; where that is missing, no guest is booted. */
const withKvm = existsSync('/dev/kvm') && process.getuid?.() === 0 ? test : test.skip;

async function probe(scope: Scope, ...cmdline: string[]) {
  const folder = await temporaryFolder(scope, {});
  const spec = {
    ...l1Spec(await iovaChurn(), 'tcg', '/k', '/i', distributionsQemu),
    qemu: await makeFakeQemu(folder),
    cmdline,
  };
  const context = {logs: folder, emit: () => {}, signal: new AbortController().signal};
  return probeKvm(new LocalHost(folder), spec, context);
}

withKvm('a probe guest that boots proves KVM, and tells of nesting', async t => {
  await using scope = new Scope();
  t.deepEqual(await probe(scope), {kvm: true, nested: true, reason: 'a probe guest booted under KVM'});
});

withKvm('a device file proves nothing: a probe guest that fails means no KVM, with the reason', async t => {
  await using scope = new Scope();
  const {kvm, nested, reason} = await probe(scope, 'refuse');
  t.deepEqual({kvm, nested}, {kvm: false, nested: null});
  t.regex(reason, /^a probe guest did not boot under KVM: probe: QEMU ended: exit code 1; .*no such device$/);
});
