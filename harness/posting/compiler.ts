/** What a compiler, a linker or modpost complained of. */
export type Diagnostic = {
  readonly kind: 'error' | 'warning';
  /** Relative to the top of the source; null where the complaint is about no file of it. */
  readonly file: string | null;
  readonly text: string;
};

/** The prefixes under which the builds see their source: O= of kbuild, the build folder of ninja. */
const toSource = /^(?:\.\.\/src\/|\/mnt\/src\/|\.\.\/)+/;

/** Reads the complaints out of the output of make or ninja, each once. */
export function readDiagnostics(output: string): Diagnostic[] {
  const found = output.split('\n').flatMap(line => readCompiler(line) ?? readLinker(line) ?? []);
  return [...new Map(found.map(one => [one.text, one])).values()];
}

function readCompiler(line: string): Diagnostic | undefined {
  const [, path, place, kind, message] =
    /^([^\s:]+):(\d+(?::\d+)?): (?:fatal )?(error|warning): (.*)$/.exec(line) ?? [];
  if (path === undefined) return undefined;
  const file = path.replace(toSource, '');
  return {kind: kind as Diagnostic['kind'], file, text: `${file}:${place}: ${kind}: ${message}`};
}

function readLinker(line: string): Diagnostic | undefined {
  const isComplaint = /undefined reference to|multiple definition of|^ERROR: modpost: /.test(line);
  return isComplaint ? {kind: 'error', file: null, text: line.replace(toSource, '')} : undefined;
}
