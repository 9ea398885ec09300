# SPDX-License-Identifier: BSD-2-Clause
network_virtio_mmio := devices/network/virtio_mmio
$(eval $(call devices_component,network_virtio_mmio,\
	$(network_virtio_mmio)/driver.c devices/virtio/device.c))
$(eval $(call devices_drivers,$(network_virtio_mmio)/driver.json))

# ---- The driver against a model device, on the host ----

network_virtio_mmio_test := $(B)/test/devices/network/virtio_mmio/driver
TESTS += $(network_virtio_mmio_test)
test-deps: $(network_virtio_mmio_test)

$(network_virtio_mmio_test): $(addprefix $(network_virtio_mmio)/test/,driver.c world.c card.c) \
		devices/virtio/device.c devices/virtio/test/model.c devices/lib/test/test.c \
		devices/lib/queue.c
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) -MMD -MP \
		-I$(network_virtio_mmio)/test/include -Idevices/virtio/test/include \
		-include devices/lib/test/hook.h $(filter %.c,$^) -o $@

-include $(network_virtio_mmio_test).d
