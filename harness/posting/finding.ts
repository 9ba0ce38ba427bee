/** What a patch is checked for, in the order of the report. */
export const checks = ['form', 'checkpatch', 'applies', 'compiles'] as const;

/** One of the checks. */
export type Check = (typeof checks)[number];

/** Something that a check has to say of a patch. */
export type Finding = {
  readonly check: Check;
  /** A note does not fail the check. */
  readonly isNote: boolean;
  /** The line of the patch, counted from 1; null where it is about the whole. */
  readonly line: number | null;
  readonly message: string;
};

/** What fails a check. */
export function failure(check: Check, message: string, line: number | null = null): Finding {
  return {check, isNote: false, line, message};
}

/** What is worth telling and fails nothing. */
export function note(check: Check, message: string, line: number | null = null): Finding {
  return {check, isNote: true, line, message};
}
