# SPDX-License-Identifier: BSD-2-Clause
block_virtio_mmio := devices/block/virtio_mmio
$(eval $(call devices_component,block_virtio_mmio,\
	$(block_virtio_mmio)/driver.c devices/virtio/device.c))
$(eval $(call devices_drivers,$(block_virtio_mmio)/driver.json))

# ---- The driver against a model device, on the host ----

# test/driver.c includes driver.c.
$(eval $(call devices_test,block/virtio_mmio/driver,\
	$(addprefix $(block_virtio_mmio)/test/,driver.c disk.c) \
	devices/virtio/device.c $(addprefix devices/virtio/test/,model.c pd.c) devices/lib/queue.c,\
	-Idevices/virtio/test/include -include devices/lib/test/hook.h))
