const bars = [...'▁▂▃▄▅▆▇█'];

/** Values that lie closer together than this share of the largest are shown as equal. */
const flat = 0.01;

/** A row of values as bars from the least to the greatest of them; all of half height where they hardly differ. */
export function sparkline(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (high - low <= flat * Math.abs(high)) return '▄'.repeat(values.length);
  return values.map(value => bars[Math.round(((value - low) / (high - low)) * (bars.length - 1))]).join('');
}
