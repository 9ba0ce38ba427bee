import test from 'ava';
import {isSplat} from '../../machine/splats.ts';

const stamp = '[   12.345678] ';

const faults: Readonly<Record<string, string>> = {
  'a null pointer': 'BUG: kernel NULL pointer dereference, address: 0000000000000008',
  'a bad address': 'BUG: unable to handle page fault for address: ffffa0b1c2d3e4f5',
  'a KASAN report': 'BUG: KASAN: slab-use-after-free in vfio_dma_do_unmap+0x1/0x2 [vfio_iommu_type1]',
  'sleeping where it is forbidden': 'BUG: sleeping function called from invalid context at kernel/locking/mutex.c:585',
  'a soft lockup': 'watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [qemu:73]',
  'a failed assertion': 'kernel BUG at drivers/vfio/vfio_iommu_type1.c:1000!',
  'a SLUB report': 'BUG kmalloc-64 (Not tainted): Right Redzone overwritten',
  'an oops': 'Oops: 0002 [#1] PREEMPT SMP NOPTI',
  'an oops with its reason': 'Oops: invalid opcode: 0000 [#1] PREEMPT SMP',
  'an invalid opcode': 'invalid opcode: 0000 [#1] SMP',
  'a protection fault': 'general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1]',
  'a division by zero': 'divide error: 0000 [#1] SMP',
  'a panic': 'Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100',
  'a warning': 'WARNING: CPU: 1 PID: 64 at drivers/vfio/vfio_iommu_type1.c:1234 vfio_dma_do_map+0x1/0x2',
  'a warning of a newer kernel': 'WARNING: mm/page_alloc.c:99 at __alloc_pages+0x1/0x2, CPU#1: qemu/64',
  'a circular lock': 'WARNING: possible circular locking dependency detected',
  'a recursive lock': 'WARNING: possible recursive locking detected',
  'misused RCU': 'WARNING: suspicious RCU usage',
  'an inconsistent lock': 'WARNING: inconsistent lock state',
  'a lock that was not held': 'WARNING: bad unlock balance detected!',
  'a freed lock': 'WARNING: held lock freed!',
  'a lock taken to user space': 'WARNING: lock held when returning to user space!',
  'a lock order': 'WARNING: SOFTIRQ-safe -> SOFTIRQ-unsafe lock order detected',
  'a hung task': 'INFO: task qemu-system-x86:64 blocked for more than 120 seconds.',
  'an RCU stall': 'rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:',
  'a self-detected RCU stall': 'rcu: INFO: rcu_preempt self-detected stall on CPU',
  'a UBSAN report': 'UBSAN: array-index-out-of-bounds in drivers/vfio/a.c:3:4',
  'a DMA fault':
    'DMAR: [DMA Write NO_PASID] Request device [00:02.0] fault addr 0xffbfe000 [fault reason 0x05] PTE Write access is not set',
  'a broken reference count': 'refcount_t: underflow; use-after-free.',
};

for (const [what, line] of Object.entries(faults)) {
  test(`${what} is a fault`, t => {
    t.true(isSplat(line));
    t.true(isSplat(stamp + line));
  });
}

const benign = [
  'ODEBUG: selftest passed',
  'INFO: lockdep is turned off.',
  'Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on',
  'Warning: unable to open an initial console.',
  'DMAR: Intel-IOMMU force enabled due to platform opt in',
  'DMAR: DRHD base: 0x000000fed90000 flags: 0x0',
  'rcu: Preemptible hierarchical RCU implementation.',
  'workqueue: DEBUG: 0',
  'Kernel command line: console=ttyS0 panic=-1 oops=panic',
  'x86/fpu: Supporting XSAVE feature 0x001: bugs: none',
  'harness: ready nested=yes',
];

for (const line of benign) {
  test(`"${line}" is no fault`, t => t.false(isSplat(stamp + line)));
}
