import {scaleLinear, scaleLog} from 'd3-scale';

/** Where a value stands along an axis, in units of a drawing. */
export type Scale = {
  readonly kind: 'linear' | 'log';
  readonly range: readonly [from: number, to: number];
  readonly at: (value: number) => number;
  /** Values to be named along the axis. */
  readonly ticks: readonly number[];
};

/** A step between two ticks takes about so much room: along an axis, and up one. */
const roomOfTick = {along: 75, up: 36};

/** Values that differ by more than this factor are better told apart on a logarithmic axis. */
const factorOfLog = 30;

/** An axis for these values: linear, with 0 on it where that is asked for. */
export function linearScale(
  values: readonly number[],
  range: readonly [number, number],
  {fromZero = false} = {},
): Scale {
  const [low, high] = extent(fromZero ? [0, ...values] : values);
  const spread = high - low || Math.abs(high) || 1;
  const domain = low === high ? [fromZero ? 0 : low - spread / 2, high + spread / 2] : [low, high];
  const count = tickCount(range);
  const scale = scaleLinear(domain, range).nice(count);
  const isWhole = values.every(value => Number.isInteger(value));
  return {
    kind: 'linear',
    range,
    at: scale,
    ticks: scale.ticks(count).filter(tick => !isWhole || Number.isInteger(tick)),
  };
}

/** A logarithmic axis for these values, all above 0. */
export function logScale(values: readonly number[], range: readonly [number, number]): Scale {
  const [low, high] = extent(values);
  const [from, to] = low === high ? [low / 2, high * 2] : [low, high];
  const scale = scaleLog([from, to], range);
  return {kind: 'log', range, at: scale, ticks: logTicks(from, to, tickCount(range))};
}

/** The axis on which these values are best told apart: logarithmic where they are far apart, and all above 0. */
export function fittingScale(values: readonly number[], range: readonly [number, number]): Scale {
  const [low, high] = extent(values);
  return low > 0 && high / low > factorOfLog ? logScale(values, range) : linearScale(values, range);
}

const precise = new Intl.NumberFormat('en-US', {maximumSignificantDigits: 4});
const compact = new Intl.NumberFormat('en-US', {notation: 'compact', maximumSignificantDigits: 4});

/** Names a tick: 250, 1,500, 20K, 2M. */
export function tickText(value: number): string {
  if (Math.abs(value) < 1e-12) return '0';
  return (Math.abs(value) < 10_000 ? precise : compact).format(value);
}

/** The smallest and the largest of some values; 0 and 1 where there are none. */
function extent(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [0, 1];
  return values.reduce<readonly [number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [values[0]!, values[0]!],
  );
}

function tickCount([from, to]: readonly [number, number]): number {
  return Math.max(2, Math.round(Math.abs(to - from) / (from < to ? roomOfTick.along : roomOfTick.up)));
}

/** Round values between two others: as many of 1, 2 and 5 times a power of ten as there is room for, or fewer powers. */
function logTicks(from: number, to: number, count: number): number[] {
  const [first, last] = [Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))];
  const powers = Array.from({length: last - first + 1}, (_, index) => first + index);
  const choices = [[1, 2, 5], [1, 3], [1]].map(factors =>
    powers.flatMap(power => factors.map(factor => factor * 10 ** power)).filter(tick => tick >= from && tick <= to),
  );
  const fitting = choices.find(ticks => ticks.length <= count + 1 && ticks.length >= 2);
  if (fitting !== undefined) return fitting;
  const [ones = []] = choices.slice(-1);
  if (ones.length < 2) return scaleLinear([from, to], [0, 1]).ticks(count);
  return ones.filter((_, index) => index % Math.ceil(ones.length / (count + 1)) === 0);
}
