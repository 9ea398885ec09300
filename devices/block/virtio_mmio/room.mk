# SPDX-License-Identifier: BSD-2-Clause
block_virtio_mmio := devices/block/virtio_mmio
$(eval $(call devices_component,block_virtio_mmio,\
	$(block_virtio_mmio)/driver.c devices/virtio/device.c))
$(eval $(call devices_drivers,$(block_virtio_mmio)/driver.json))

# ---- The driver against a model device, on the host ----

block_virtio_mmio_test := $(B)/test/devices/block/virtio_mmio/driver
TESTS += $(block_virtio_mmio_test)
test-deps: $(block_virtio_mmio_test)

block_virtio_mmio_sources := $(addprefix $(block_virtio_mmio)/test/,driver.c disk.c) \
	devices/virtio/device.c devices/virtio/test/model.c devices/lib/test/test.c \
	devices/lib/queue.c

# test/driver.c includes driver.c.
$(block_virtio_mmio_test): $(block_virtio_mmio_sources) $(block_virtio_mmio)/driver.c
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) -MMD -MP \
		-Idevices/virtio/test/include -Idevices/block/test/include \
		-include devices/lib/test/hook.h $(block_virtio_mmio_sources) -o $@

-include $(block_virtio_mmio_test).d
