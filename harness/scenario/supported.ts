import {UserError} from '../base/errors.ts';
import type {Series} from './series.ts';

/** The series that are run under a scenario, and what is to be said of those that are not. */
export type Supported = {readonly series: readonly Series[]; readonly notes: readonly string[]};

/**
 * Leaves out the series that say of themselves that they are not run under a scenario.
 * @throws UserError where the user asked for one of them, or none is left.
 */
export function keepSupported(all: readonly Series[], scenario: string, wereAskedFor: boolean): Supported {
  const notes = all.flatMap(({name, unsupported}) =>
    unsupported
      .filter(one => one.scenario === scenario)
      .map(({reason}) => `${name} is not run under ${scenario}: ${reason}`),
  );
  const series = all.filter(({unsupported}) => !unsupported.some(one => one.scenario === scenario));
  if (notes.length > 0 && (wereAskedFor || series.length === 0)) {
    throw new UserError(notes.join('\n'), {
      hint: 'Its series.yaml says so, under unsupported. Leave it out of --series.',
    });
  }
  return {series, notes};
}
