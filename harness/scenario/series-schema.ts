import {z} from 'zod';
import {type Expectation, expectationSchema} from '../result/schema.ts';
import {scenarioName} from './fields.ts';

/** The folder that goes under every series. It holds patches only. */
export const commonFolder = 'common';

/** The folder of kernel-patches/ that goes on top of a series in a kernel that checks itself. */
export const debugFolder = 'debug';

/** The folder of the series that are broken on purpose. */
export const controlsFolder = 'controls';

/** The folder with the patches for the QEMU that runs L1 under TCG. It is no series to run. */
export const emulatorFolder = 'emulator';

/** Tells whether a series is broken on purpose. */
export function isControl(name: string): boolean {
  return name.startsWith(`${controlsFolder}/`);
}

const word = '[A-Za-z0-9][A-Za-z0-9._-]*';

/** Names of a series: a folder, or a folder in a group such as `controls`. */
export const seriesName = new RegExp(`^${word}(/${word})?$`);

const {outcomes, reason} = expectationSchema.shape;

const expectSchema = z
  .strictObject({outcomes: outcomes.default(['passed']), reason})
  .refine(isReasoned, {path: ['reason'], error: 'say why another outcome than passed is expected'})
  .default({outcomes: ['passed']})
  .meta({description: 'How a run of this series ends.'});

const expectInSchema = z
  .array(
    z
      .strictObject({
        scenarios: z
          .array(z.string().regex(scenarioName, {error: 'is not the name of a scenario'}))
          .min(1)
          .meta({description: 'Names of scenarios.'}),
        outcomes,
        reason,
      })
      .refine(isReasoned, {path: ['reason'], error: 'say why another outcome than passed is expected'}),
  )
  .default([])
  .meta({description: 'How a run of some scenarios ends, where that is not what `expect` says.'});

const unsupportedSchema = z
  .array(
    z.strictObject({
      scenario: z
        .string()
        .regex(scenarioName, {error: 'is not the name of a scenario'})
        .meta({description: 'Name of a scenario.'}),
      reason: z.string().min(1).meta({description: 'Why the series does not claim to be right in it.'}),
    }),
  )
  .default([])
  .meta({description: 'Scenarios under which the series is not run. Nothing is inherited from the series in `on`.'});

/** The format of `kernel-patches/<series>/series.yaml`. */
export const seriesSchema = z
  .strictObject({
    title: z.string().min(1).meta({description: 'What the series is, in one line.'}),
    description: z.string().min(1).optional().meta({description: 'What it does and why, in a few sentences.'}),
    on: z
      .array(z.string().regex(seriesName, {error: 'is not the name of a series'}))
      .default([])
      .meta({
        description: 'Series that go below this one, in this order. Their options and their CONFIG lines apply too.',
      }),
    expect: expectSchema,
    expectIn: expectInSchema,
    unsupported: unsupportedSchema,
    deviceOptions: z
      .array(z.string().regex(/^[A-Za-z][\w-]*=[^,\s]+$/, {error: 'must be property=value'}))
      .default([])
      .meta({description: 'Properties to set on the vfio-pci device, as property=value.'}),
    kernelConfig: z
      .array(
        z.string().regex(/^(CONFIG_\w+=\S.*|# CONFIG_\w+ is not set)$/, {error: 'must be a line of a .config file'}),
      )
      .default([])
      .meta({description: 'Lines to add to the configuration of the L1 kernel.'}),
  })
  .meta({title: 'A series', description: 'What kernel-patches/<series>/series.yaml says of a series.'});

/** The values of a series.yaml. */
export type SeriesFile = z.infer<typeof seriesSchema>;

function isReasoned({outcomes: expected, reason: why}: Expectation): boolean {
  return why !== undefined || expected.every(outcome => outcome === 'passed');
}
