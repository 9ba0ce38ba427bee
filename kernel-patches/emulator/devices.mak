# Devices of the QEMU that runs L1 under TCG: just what that machine is made of.
CONFIG_Q35=y
CONFIG_SERIAL_ISA=y
CONFIG_VIRTIO_PCI=y
CONFIG_VIRTIO_NET=y
CONFIG_IVSHMEM_DEVICE=y
CONFIG_PVPANIC_PCI=y
