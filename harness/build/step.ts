import {cp, mkdir, readdir, rm, utimes} from 'node:fs/promises';
import path from 'node:path';
import type {CommandResult} from '../base/command.ts';
import {UserError} from '../base/errors.ts';
import {fingerprint} from '../plan/fingerprint.ts';
import {readDiagnostics} from '../posting/compiler.ts';
import {type Finding, failure, note} from '../posting/finding.ts';
import {compileKernel, compileQemu} from './compile.ts';
import type {GuestImages} from './guest-images.ts';
import {kernelSlot, requestedOptions} from './kernel.ts';
import {fragment} from './kernel-config.ts';
import {applyPatch, copyTouched, explainOffsets, explainRejection, type Patch, touchedFiles} from './patches.ts';
import {type QemuSetup, qemuSlot, readConfiguration} from './qemu-configuration.ts';
import {inSlot, type Slot, stageMore} from './slot.ts';
import {contentOf, type SourceTree} from './sources.ts';
import {artifactPath, ensureArtifact, exists, readMeta, type Store, writeMeta} from './store.ts';
import type {Toolchain} from './toolchain.ts';

/** What patches are checked on, and with which configuration. */
export type StepBase = {
  readonly tree: SourceTree;
  /** Of the kernel, where the patches are for Linux. */
  readonly extraConfig: readonly string[];
  readonly images: GuestImages;
  /** How QEMU is configured, where they are for QEMU. */
  readonly setup: QemuSetup;
};

/** A patch, and all that goes under it. */
export type Step = StepBase & {readonly below: readonly Patch[]; readonly patch: Patch};

/** Goes up when the steps below change. */
const recipe = 2;

/**
 * Applies the patches one after the other on what goes `below`, and compiles after each. Gives what was found of
 * each; what was found before is not looked for again. It ends with the first patch that does not apply.
 */
export async function checkSteps(
  store: Store,
  toolchain: Toolchain,
  base: StepBase,
  below: readonly Patch[],
  own: readonly Patch[],
): Promise<Finding[][]> {
  const steps = own.map((patch, index) => ({...base, below: [...below, ...own.slice(0, index)], patch}));
  const findings = await knownFindings(store, toolchain, steps);
  const [next] = steps.slice(findings.length);
  if (next === undefined || findings.some(isUnfit)) return findings;
  // Not the slot of the runs: a check and a run would undo each other's work.
  const name = `steps-${await slotName(toolchain, base)}`;
  await inSlot(store, toolchain, name, base.tree, next.below, async slot => {
    for (const step of steps.slice(findings.length)) {
      const isFirst = step === next;
      const found = await ensureStep(named(store, step), toolchain, step, partial =>
        checkStep(store, toolchain, {step, slot, isFirst}, partial),
      );
      findings.push(found);
      if (isUnfit(found)) return;
    }
  });
  return findings;
}

/** What is known of the first steps, up to one of which nothing is known or whose patch does not apply. */
async function knownFindings(store: Store, toolchain: Toolchain, steps: readonly Step[]): Promise<Finding[][]> {
  const known: Finding[][] = [];
  for (const step of steps) {
    const folder = artifactPath(store.root, await stepName(toolchain, step));
    if (!(await exists(folder))) break;
    known.push(await readMeta<Finding[]>(folder));
    if (known.some(isUnfit)) break;
  }
  return known;
}

function isUnfit(findings: readonly Finding[]): boolean {
  return findings.some(finding => finding.check === 'applies' && !finding.isNote);
}

async function ensureStep(
  store: Store,
  toolchain: Toolchain,
  step: Step,
  check: (partial: string) => Promise<Finding[]>,
): Promise<Finding[]> {
  const folder = await ensureArtifact(store, await stepName(toolchain, step), async partial =>
    writeMeta(partial, await check(partial)),
  );
  return readMeta<Finding[]>(folder);
}

/** A store that shows the making of an artifact as what it is. */
function named(store: Store, {tree, patch}: Step): Store {
  const phase = `compile ${tree.project}/${path.basename(patch.file)}`;
  return {...store, emit: event => store.emit('phase' in event ? {...event, phase} : event)};
}

async function stepName(toolchain: Toolchain, {tree, below, patch, extraConfig, images, setup}: Step): Promise<string> {
  const configuration =
    tree.project === 'linux' ? fragment(await requestedOptions({images, extraConfig})) : await readConfiguration(setup);
  const patches = [...below, patch].map(one => one.sha256);
  const inputs = {toolchain: toolchain.fingerprint, source: contentOf(tree), patches, configuration, recipe};
  return `step-${tree.project}-${fingerprint(inputs)}`;
}

async function slotName(toolchain: Toolchain, {tree, setup}: StepBase): Promise<string> {
  return tree.project === 'linux' ? kernelSlot(toolchain, tree) : qemuSlot(toolchain, await readConfiguration(setup));
}

/** A step in a slot that has what goes under it. It is the first there, or the one after the step before. */
type StepInSlot = {readonly step: Step; readonly slot: Slot; readonly isFirst: boolean};

async function checkStep(
  store: Store,
  toolchain: Toolchain,
  {step, slot, isFirst}: StepInSlot,
  partial: string,
): Promise<Finding[]> {
  const {tree, below, patch} = step;
  const fit = await applyStep(toolchain, step, partial);
  if (isUnfit(fit)) return fit;
  await stageMore(store, toolchain, tree, [...below, patch], slot);
  await rm(slot.log, {force: true});
  const touched = touchedFiles(patch.text);
  await renewTimes(slot, touched);
  const mustConfigure = isFirst || touched.some(file => /Kconfig/.test(file));
  const compile = tree.project === 'linux' ? compileKernel : compileQemu;
  const result = await compile(store, toolchain, {step, slot, mustConfigure});
  await cp(slot.log, path.join(partial, 'build.log'));
  return [...fit, ...explainCompilation(result, touched, slot.log), ...(await leftOut(slot, touched))];
}

/** Applies the step's patch to copies of what it touches, to see whether and where it fits. */
async function applyStep(toolchain: Toolchain, {tree, below, patch}: Step, partial: string): Promise<Finding[]> {
  const overlay = path.join(partial, 'overlay');
  await mkdir(overlay);
  await copyTouched(tree, [...below, patch], overlay);
  for (const under of below) await applyPatch(toolchain, overlay, under); // They fit: the slot has them.
  const {exitCode, all} = await applyPatch(toolchain, overlay, patch);
  await rm(overlay, {recursive: true});
  if (exitCode !== 0) return [failure('applies', `does not apply: ${explainRejection(all)}`)];
  return explainOffsets(all).map(where => note('applies', `applies with an offset: ${where}`));
}

/** Gives the touched files the present time, so that they are compiled, and warned of, even if they were before. */
async function renewTimes(slot: Slot, touched: readonly string[]): Promise<void> {
  const now = new Date();
  for (const file of touched) {
    const staged = path.join(slot.source, file);
    if (await exists(staged)) await utimes(staged, now, now);
  }
}

/** Says what a compilation means for the patch. Warnings count where they are about files that it touches. */
export function explainCompilation({exitCode, all}: CommandResult, touched: readonly string[], log: string): Finding[] {
  const lack = /^.*(No space left on device|Cannot allocate memory|Killed signal).*$/m.exec(all);
  if (exitCode !== 0 && lack) {
    throw new UserError(`the machine cannot compile: ${lack[0].trim()}`, {hint: `The whole output is in ${log}.`});
  }
  const complaints = readDiagnostics(all).filter(
    ({kind, file}) => kind === 'error' || (file !== null && touched.includes(file)),
  );
  const findings = complaints.map(({text}) => failure('compiles', text));
  if (exitCode === 0 || complaints.some(({kind}) => kind === 'error')) return findings;
  return [...findings, failure('compiles', all.trim().split('\n').slice(-5).join('\n'))];
}

/** Notes sources that the patch touches and that our configuration does not compile. */
async function leftOut({source, build}: Slot, touched: readonly string[]): Promise<Finding[]> {
  const objects = (await readdir(build, {recursive: true})).filter(file => file.endsWith('.o'));
  const isCompiled = (file: string): boolean =>
    objects.some(object => object === file.replace(/c$/, 'o') || object.endsWith(`/${file.replaceAll('/', '_')}.o`));
  const findings: Finding[] = [];
  for (const file of touched.filter(name => name.endsWith('.c'))) {
    if (!(await exists(path.join(source, file))) || isCompiled(file)) continue;
    findings.push(note('compiles', `${file} is not part of what our configuration compiles`));
  }
  return findings;
}
