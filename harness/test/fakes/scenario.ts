import path from 'node:path';
import {readScenario} from '../../scenario/read.ts';
import type {Scenario} from '../../scenario/schema.ts';
import {root} from '../repo.ts';

/** The repository's own scenario, with some fields overridden as on the command line. */
export function iovaChurn(...overrides: string[]): Promise<Scenario> {
  return readScenario(path.join(root, 'scenarios/iova-churn.yaml'), overrides);
}
