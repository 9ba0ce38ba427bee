import {z} from 'zod';
import {shape, type Values} from './fields.ts';
import {type Rule, rules} from './rules.ts';

/** The format of `scenarios/*.yaml`. Every field is flat, so that `--set key=value` reaches it. */
export const scenarioSchema = rules.reduce(withRule, z.strictObject(shape));

/** A scenario with all its values, defaults filled in. */
export type Scenario = z.infer<typeof scenarioSchema>;

/** Adds a rule. It is tried as soon as its own fields are sound, so that all complaints come at once. */
function withRule(schema: z.ZodObject<typeof shape, z.core.$strict>, {fields, broken}: Rule) {
  return schema.refine(values => broken(values) === undefined, {
    path: [fields[0]],
    params: {fields},
    error: ({input}) => broken(input as Values),
    when: ({issues}) => issues.every(issue => issue.code === 'unrecognized_keys' || isElsewhere(issue.path, fields)),
  });
}

function isElsewhere(at: readonly PropertyKey[] | undefined, fields: readonly string[]): boolean {
  const field = at?.[0];
  return typeof field === 'string' && !fields.includes(field);
}
