// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: PCI configuration space.
 *
 * Each byte has a mask of the bits that can be written; that is enough for
 * sizing the BAR as well. MSI-X itself is emulated by the VMM, which learns
 * from the capability where the table is.
 */
#include <linux/unaligned.h>

#include "vdmae_mdev.h"

#define VDMAE_CAP_MSIX	0x40

static void vdmae_config_reset_command(struct vdmae *vdmae)
{
	put_unaligned_le16(0, &vdmae->config[PCI_COMMAND]);
	put_unaligned_le16(VDMAE_VECTORS - 1, &vdmae->config[VDMAE_CAP_MSIX + PCI_MSIX_FLAGS]);
}

void vdmae_config_init(struct vdmae *vdmae)
{
	u8 *config = vdmae->config;
	u8 *writable = vdmae->config_writable;

	put_unaligned_le16(VDMAE_PCI_VENDOR, &config[PCI_VENDOR_ID]);
	put_unaligned_le16(VDMAE_PCI_DEVICE, &config[PCI_DEVICE_ID]);
	put_unaligned_le16(VDMAE_PCI_VENDOR, &config[PCI_SUBSYSTEM_VENDOR_ID]);
	put_unaligned_le16(VDMAE_PCI_DEVICE, &config[PCI_SUBSYSTEM_ID]);
	put_unaligned_le16(PCI_STATUS_CAP_LIST, &config[PCI_STATUS]);
	put_unaligned_le16(VDMAE_PCI_CLASS, &config[PCI_CLASS_DEVICE]);
	config[PCI_REVISION_ID] = VDMAE_PCI_REVISION;
	config[PCI_CAPABILITY_LIST] = VDMAE_CAP_MSIX;

	config[VDMAE_CAP_MSIX + PCI_CAP_LIST_ID] = PCI_CAP_ID_MSIX;
	put_unaligned_le32(VDMAE_MSIX_TABLE, &config[VDMAE_CAP_MSIX + PCI_MSIX_TABLE]);
	put_unaligned_le32(VDMAE_MSIX_PBA, &config[VDMAE_CAP_MSIX + PCI_MSIX_PBA]);
	vdmae_config_reset_command(vdmae);

	put_unaligned_le16(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_INTX_DISABLE,
			   &writable[PCI_COMMAND]);
	writable[PCI_CACHE_LINE_SIZE] = 0xff;
	writable[PCI_LATENCY_TIMER] = 0xff;
	writable[PCI_INTERRUPT_LINE] = 0xff;
	put_unaligned_le32(~(u32)(VDMAE_BAR_SIZE - 1), &writable[PCI_BASE_ADDRESS_0]);
	put_unaligned_le16(PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL,
			   &writable[VDMAE_CAP_MSIX + PCI_MSIX_FLAGS]);
}

void vdmae_config_reset(struct vdmae *vdmae)
{
	spin_lock(&vdmae->lock);
	vdmae_config_reset_command(vdmae);
	spin_unlock(&vdmae->lock);
}

void vdmae_config_read(struct vdmae *vdmae, unsigned int offset, u8 *data, size_t length)
{
	spin_lock(&vdmae->lock);
	memcpy(data, vdmae->config + offset, length);
	spin_unlock(&vdmae->lock);
}

/* Returns with the effect of the bus master bit complete: off means quiet. */
void vdmae_config_write(struct vdmae *vdmae, unsigned int offset, const u8 *data, size_t length)
{
	size_t i;

	lockdep_assert_held(&vdmae->ops_lock);

	spin_lock(&vdmae->lock);
	for (i = 0; i < length; i++) {
		u8 writable = vdmae->config_writable[offset + i];

		vdmae->config[offset + i] &= ~writable;
		vdmae->config[offset + i] |= data[i] & writable;
	}
	spin_unlock(&vdmae->lock);

	if (offset <= PCI_COMMAND && offset + length > PCI_COMMAND && vdmae_engine_stop(vdmae))
		vdmae_engine_start(vdmae);
}

bool vdmae_config_bus_master(struct vdmae *vdmae)
{
	return vdmae->config[PCI_COMMAND] & PCI_COMMAND_MASTER;
}
