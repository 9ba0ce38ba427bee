import {UserError} from '../base/errors.ts';

/** Options by name, without the `CONFIG_` in front: `y`, `m`, `n`, or a value as it stands in .config. */
export type KernelOptions = ReadonlyMap<string, string>;

/**
 * Reads lines of the form `CONFIG_X=value` and `# CONFIG_X is not set`; other comments and empty lines are passed
 * over. A later line wins.
 */
export function parseOptions(text: string): KernelOptions {
  const lines = text.matchAll(/^(?:CONFIG_(\w+)=(.*)|# CONFIG_(\w+) is not set)$/gm);
  return new Map([...lines].map(([, name, value, unset]) => [name ?? unset!, value?.trim() ?? 'n']));
}

/** The requested options as a fragment for kconfig, one line each. */
export function fragment(options: KernelOptions): string {
  return [...options].map(([name, value]) => `CONFIG_${name}=${value}\n`).join('');
}

/** Requested options that the finished .config does not have, as sentences. */
export function unmetOptions(requested: KernelOptions, config: string): string[] {
  const actual = parseOptions(config);
  return [...requested]
    .map(([name, wanted]) => ({name, wanted, found: actual.get(name) ?? 'n'}))
    .filter(({wanted, found}) => wanted !== found)
    .map(({name, wanted, found}) => `CONFIG_${name}: asked for ${wanted}, got ${found}`);
}

/** Fails when kconfig dropped or changed what was asked for, which it does without a word. */
export function assertOptions(requested: KernelOptions, config: string): void {
  const unmet = unmetOptions(requested, config);
  if (unmet.length === 0) return;
  throw new UserError(`the kernel configuration does not hold what was asked for:\n  ${unmet.join('\n  ')}`, {
    hint: "An option it depends on is missing, or this kernel does not know it. Look it up in the tree's Kconfig files.",
  });
}
