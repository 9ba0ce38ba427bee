import path from 'node:path';
import test from 'ava';
import {Scope} from '../../base/scope.ts';
import {readScenario} from '../../scenario/read.ts';
import {complaintOf} from '../complaint.ts';
import {temporaryFolder} from '../folder.ts';

/** A scenario with nothing but what must be there. */
export const good = `schemaVersion: 1
name: small
summary: A small one
look: The figures
workload: iova-churn
series: [upstream]
`;

const hint = 'The fields are described in scenarios/README.md.';

/** Takes a scenario, `good` and the lines that are added to it, with these overrides. */
export const accepts = test.macro(async (t, added: string, overrides: string[], expected: object) => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'small.yaml': good + added});
  t.like(await readScenario(path.join(folder, 'small.yaml'), overrides), expected);
});

/** Refuses the text of a scenario, with these overrides, in these words. */
export const refuses = test.macro(async (t, text: string, overrides: string[], ...lines: string[]) => {
  await using scope = new Scope();
  const folder = await temporaryFolder(scope, {'small.yaml': text});
  const complaint = await complaintOf(t, readScenario(path.join(folder, 'small.yaml'), overrides), folder);
  t.deepEqual(complaint, {message: lines.join('\n'), hint});
});
