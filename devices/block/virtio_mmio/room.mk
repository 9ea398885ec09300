# SPDX-License-Identifier: BSD-2-Clause
block_virtio_mmio := devices/block/virtio_mmio
$(eval $(call devices_component,block_virtio_mmio,\
	$(block_virtio_mmio)/driver.c devices/virtio/device.c))
$(eval $(call devices_drivers,$(block_virtio_mmio)/driver.json))
