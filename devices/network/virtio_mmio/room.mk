# SPDX-License-Identifier: BSD-2-Clause
network_virtio_mmio := devices/network/virtio_mmio
$(eval $(call devices_component,network_virtio_mmio,\
	$(network_virtio_mmio)/driver.c devices/virtio/device.c))
$(eval $(call devices_drivers,$(network_virtio_mmio)/driver.json))
