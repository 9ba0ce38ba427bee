import type {Override} from '../scenario/read.ts';

/** The options that change a scenario for one run. */
export type ScenarioChanges = {readonly set: readonly string[]; readonly series?: string; readonly repeat?: string};

/** What the options put over the scenario file. `--series` and `--repeat` win over `--set`. */
export function overridesOf({set, series, repeat}: ScenarioChanges): (string | Override)[] {
  return [
    ...set,
    ...(series === undefined ? [] : [{key: 'series', value: namesIn(series), option: `--series ${series}`}]),
    ...(repeat === undefined ? [] : [{key: 'repeat', value: numberIn(repeat), option: `--repeat ${repeat}`}]),
  ];
}

/** The names in a list with commas. */
export function namesIn(list: string): string[] {
  return list.trim() === '' ? [] : list.split(',').map(name => name.trim());
}

/** The number that a text holds; another text as it is, so that the complaint can show it. */
function numberIn(text: string): number | string {
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
}
