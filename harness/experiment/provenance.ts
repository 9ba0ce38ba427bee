import {readFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {tryCommand} from '../base/command.ts';
import type {Probe} from '../machine/accelerator.ts';
import type {Provenance} from '../result/schema.ts';
import type {Arm} from './arm.ts';
import type {Artifacts} from './artifacts.ts';

/** What a result says of the machine and the harness: the same for all arms of a run. */
export type RunFacts = Pick<Provenance, 'harness' | 'l0Qemu' | 'host'>;

/** Looks at the machine and the repository. `l0Qemu` is the version of the QEMU that runs L1. */
export async function collectRunFacts(repository: string, l0Qemu: string): Promise<RunFacts> {
  const harness = await harnessState(repository);
  const cpu = os.cpus()[0]?.model ?? 'unknown';
  const host = {
    cpu,
    cores: os.availableParallelism(),
    memoryMiB: Math.round(os.totalmem() / 2 ** 20),
    kernel: os.release(),
    node: process.version,
  };
  return {harness, l0Qemu, host};
}

/** The full provenance of one arm's result. */
export function provenanceOf(facts: RunFacts, artifacts: Artifacts, arm: Arm, acceleratorProbe: Probe): Provenance {
  return {
    ...facts,
    kernel: arm.kernel.provenance,
    guestKernel: artifacts.guestKernel.provenance,
    qemu: arm.qemu.provenance,
    compiler: artifacts.toolchain.compiler,
    toolchain: artifacts.toolchain.fingerprint,
    guestImagesSha256: artifacts.guestImagesSha256,
    acceleratorProbe,
  };
}

async function harnessState(repository: string): Promise<Provenance['harness']> {
  const {version} = JSON.parse(await readFile(path.join(repository, 'package.json'), 'utf8')) as {version: string};
  const git = ['git', '-c', `safe.directory=${repository}`, '-C', repository];
  const head = await tryCommand([...git, 'rev-parse', 'HEAD']).catch(() => undefined);
  if (head?.exitCode !== 0) return {version};
  const status = await tryCommand([...git, 'status', '--porcelain']);
  return {version, commit: head.stdout.trim(), dirty: status.stdout.trim() !== ''};
}
