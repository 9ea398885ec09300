# SPDX-License-Identifier: BSD-2-Clause
network_virtio_mmio := devices/network/virtio_mmio
$(eval $(call devices_component,network_virtio_mmio,\
	$(network_virtio_mmio)/driver.c devices/virtio/device.c))
$(eval $(call devices_drivers,$(network_virtio_mmio)/driver.json))

# ---- The driver against a model device, on the host ----

# test/driver.c includes driver.c.
$(eval $(call devices_test,network/virtio_mmio/driver,\
	$(addprefix $(network_virtio_mmio)/test/,driver.c world.c card.c) \
	devices/virtio/device.c devices/virtio/test/model.c devices/lib/queue.c,\
	-Idevices/virtio/test/include -include devices/lib/test/hook.h))
