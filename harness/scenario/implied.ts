/**
 * Values of a scenario under the virtual clock, where the user gives no others. At 64 MiB/s, the usual limit of 300 ms
 * lets about 20 MB be sent while the guest stands still: what an emulated L1 manages.
 */
export const impliedByVirtual = {l1Cpus: 1, switchoverMiBps: 64} as const;
