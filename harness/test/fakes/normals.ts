import {randomIndexOf} from '../../analysis/random.ts';

/** Normal values (Box and Muller 1958), by a seeded generator. */
export function normals(seed: number): (mean: number, deviation: number) => number {
  const random = randomIndexOf(seed);
  const uniform = (): number => (random(2 ** 30) + 1) / (2 ** 30 + 1);
  return (mean, deviation) =>
    mean + deviation * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
