import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {phase} from '../base/events.ts';
import {quote} from '../machine/guest.ts';
import type {Shell} from '../machine/shell.ts';
import {Watch} from '../machine/watch.ts';
import {benchSchema, logSchema} from '../result/direct.ts';
import type {Scenario} from '../scenario/schema.ts';
import type {Findings} from './findings.ts';
import {readKtap} from './ktap.ts';
import {loadModules} from './l1.ts';
import {openL1} from './open-l1.ts';
import type {Story} from './trial.ts';
import {WorkloadFailed} from './workload.ts';

/** A program that drives type1 in L1 itself, and what to make of its output. */
export type DirectProgram = {
  readonly argv: readonly string[];
  /** How long it may take, in ms. */
  readonly limitMs: number;
  read(output: string, findings: Findings['direct']): void;
};

/** Time in ms that any program may take, and that a random step may take besides: many times what they need. */
const limits = {program: 1_800_000, step: 5} as const;

/** Whether the workload of a scenario is a program in L1, without any L2. */
export function isDirect({workload}: Scenario): boolean {
  return workload.startsWith('type1-');
}

/** The programs that make up the workload of a scenario, in their order. */
export function directPrograms(scenario: Scenario, seed: number): DirectProgram[] {
  const {workload} = scenario;
  if (workload === 'type1-random') return [randomSteps(scenario, seed)];
  if (workload === 'type1-bench') {
    return [{argv: [workload], limitMs: limits.program, read: readBench}];
  }
  return ['type1-uapi', 'type1-uapi-old'].map(program => ({
    argv: [program],
    limitMs: limits.program,
    read: (output, findings) => {
      findings.ktap = readKtap(program, output, findings.ktap);
    },
  }));
}

function randomSteps({steps, threads, devices}: Scenario, seed: number): DirectProgram {
  const options = {'--seed': seed, '--steps': steps, '--threads': threads, '--containers': devices};
  return {
    argv: ['type1-random', ...Object.entries(options).flat().map(String)],
    limitMs: limits.program + steps * limits.step,
    read: (output, findings) => {
      findings.log = logSchema.parse(JSON.parse(output));
    },
  };
}

function readBench(output: string, findings: Findings['direct']): void {
  findings.bench = benchSchema.parse(JSON.parse(output));
}

/** The story of a trial without a guest: boot L1, and run the programs in it. */
export const carryOutDirect: Story = async (scope, plan, host, findings, context) => {
  const {scenario} = plan;
  const watch = new Watch();
  const {emit, signal} = context;
  const {l1: spec, login} = plan;
  const l1 = await openL1(scope, host, {spec, setUp: loadModules(scenario), login}, watch, context);
  findings.l1 = l1;
  await watch.during(async () => {
    for (const program of directPrograms(scenario, plan.seed)) {
      const name = program.argv[0]!;
      const output = await phase(emit, name, () => runProgram(l1.guest, program, signal));
      await writeFile(path.join(plan.folder, `${name}.txt`), output);
      readOutput(name, program, output, findings);
    }
  });
};

/** Runs a program. An exit code of 1 says that it found something, which its output tells. */
async function runProgram(guest: Shell, {argv, limitMs}: DirectProgram, signal: AbortSignal): Promise<string> {
  return guest.run(argv[0]!, `${argv.map(quote).join(' ')} || test $? = 1`, limitMs, signal).catch(cause => {
    if (signal.aborted) throw cause;
    throw new WorkloadFailed(`${argv[0]} failed`, {cause});
  });
}

function readOutput(name: string, program: DirectProgram, output: string, findings: Findings): void {
  try {
    program.read(output, findings.direct);
  } catch (cause) {
    throw new WorkloadFailed(`${name} says what cannot be understood: ${output.slice(0, 200)}`, {cause});
  }
}
