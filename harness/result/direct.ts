import {z} from 'zod';

const count = z.int().min(0);

/** What a program that tests the kernel's uapi says, in the Kernel Test Anything Protocol. */
export const ktapSchema = z
  .object({
    passed: count,
    failed: count,
    skipped: count,
    failures: z
      .array(z.object({number: count, name: z.string(), detail: z.string()}))
      .meta({description: 'Each test that failed, with what it said of it.'}),
  })
  .meta({description: 'What the tests of the uapi found.'});

/** What the oracle at the log found: a program that drives type1 at random beside a model of it. */
export const logSchema = z
  .object({
    tracking: z.enum(['iova', 'gpa', 'iotlb']).meta({description: 'What the kernel reports dirty pages by.'}),
    steps: count.meta({description: 'Operations that were carried out.'}),
    gets: count.meta({description: 'Dirty bitmaps that were compared with the model.'}),
    missing: count.meta({description: 'Pages that were written and not reported.'}),
    falselyDirty: count.meta({description: 'Pages that were reported and not written.'}),
    reported: count.meta({description: 'Pages that were reported.'}),
    wrong: z.boolean().meta({description: 'Whether a request was answered otherwise than it must be.'}),
    finding: z.string().meta({description: 'The first page that is missing, or the first wrong answer; else empty.'}),
    reproducer: z.array(z.string()).meta({description: 'The fewest steps that show a missing page; empty if none is.'}),
  })
  .meta({description: 'What the comparison of every dirty bitmap with a model found.'});

const time = z.number().min(0);

/** What the operations of type1 cost without a guest. */
export const benchSchema = z
  .object({
    points: z
      .array(
        z.object({
          operation: z.string(),
          mappings: count,
          devices: z.int().positive().optional(),
          count,
          requests: count.optional().meta({description: 'Requests to the kernel that one operation takes.'}),
          p50: time,
          p90: time,
          p99: time,
          max: time,
        }),
      )
      .meta({description: 'Times in ns of an operation beside so many live mappings.'}),
    memory: z.array(z.object({what: z.string(), bytes: z.number(), per: z.string()})).meta({
      description: 'Memory of the kernel: bytes of something per something else.',
    }),
  })
  .meta({description: 'What the operations of type1 cost, without a guest.'});
