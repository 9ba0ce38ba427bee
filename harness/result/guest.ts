import {z} from 'zod';

const stampSchema = z.object({sequence: z.number(), page: z.number()});

/** A word of a datagram; see guest-images/lib/flow.h. */
const wordSchema = z.object({sequence: z.number(), place: z.string()});

/** What the guest found when it checked every page that the device has ever written. */
export const oracleSchema = z
  .object({
    checked: z.int().min(0).meta({description: 'Pages, or datagrams, that were checked.'}),
    lost: z.int().min(0).meta({
      description: 'Pages that hold anything but the last acknowledged write; datagrams that are not what was sent.',
    }),
    first: z
      .array(
        z.union([
          z.object({
            page: z.int(),
            iova: z.string(),
            gpa: z.string(),
            expected: stampSchema,
            found: stampSchema,
          }),
          z.object({word: z.int(), expected: wordSchema, found: wordSchema}),
        ]),
      )
      .meta({
        description: 'The first lost pages, or the first word of each of the first lost datagrams that is wrong.',
      }),
  })
  .meta({description: 'What the guest found when it checked every page that the device has ever written.'});

const histogramSchema = z
  .object({
    count: z.int().min(0),
    min: z.number(),
    p50: z.number(),
    p90: z.number(),
    p99: z.number(),
    p999: z.number(),
    max: z.number(),
    mean: z.number(),
    buckets: z
      .array(z.tuple([z.number(), z.int().min(0)]))
      .meta({description: 'Upper bound in ns and count of each bucket that is not empty.'}),
  })
  .meta({id: 'Histogram', description: 'Latencies in ns.'});

/** The report of the workload tool, as it ends. */
export const guestReportSchema = z
  .object({
    operations: z.int().min(0),
    errors: z.int().min(0).meta({description: 'Operations that the device completed with an error.'}),
    firstError: z
      .object({status: z.int(), page: z.int(), sequence: z.number(), atNs: z.number()})
      .nullable()
      .meta({description: 'The first of them. vdmae_hw.h lists the status codes.'}),
    dropped: z
      .int()
      .min(0)
      .optional()
      .meta({description: 'Datagrams that never came, as while the guest was stopped.'}),
    phases: z.array(
      z.object({
        name: z.string(),
        startNs: z.number(),
        endNs: z.number(),
        operations: z.int().min(0),
        map: histogramSchema.optional(),
        dma: histogramSchema.optional(),
        unmap: histogramSchema.optional(),
      }),
    ),
    timeline: z
      .object({intervalMs: z.number().positive(), startNs: z.number(), operations: z.array(z.int().min(0))})
      .meta({description: 'Operations completed in each interval.'}),
    longestGap: z
      .object({ns: z.number(), atNs: z.number(), phase: z.string()})
      .meta({description: 'Longest time between two completions.'}),
  })
  .meta({
    description:
      'What the workload tool reports. Points in time are on L1’s monotonic clock, which goes on while L2 is stopped; latencies are on L2’s.',
  });

/** What the workload tool reports, without its oracle. */
export type GuestReport = z.infer<typeof guestReportSchema>;
