import type {Scenario} from '../../scenario/schema.ts';
import {cancel} from './cancel.ts';
import {complete} from './complete.ts';
import {lostDestination} from './lost-destination.ts';
import {roundTrip} from './round-trip.ts';
import type {Course} from './stage.ts';

/** Every course that a scenario may take. */
export const courses: Readonly<Record<Scenario['course'], Course>> = {
  complete,
  cancel,
  'lost-destination': lostDestination,
  'round-trip': roundTrip,
};
