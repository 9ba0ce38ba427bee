/** The packaged Linux versions that series can be run on. The first is what their folders `linux/` are for. */
export const kernelBases = ['6.12', '7.2'] as const;

/** One of them. */
export type KernelBase = (typeof kernelBases)[number];

/** What L1 runs unless the user asks for another, and what L2 always runs. */
export const defaultBase: KernelBase = kernelBases[0];
