# SPDX-License-Identifier: BSD-2-Clause
serial_virtio_mmio := devices/serial/virtio_mmio
$(eval $(call devices_component,serial_virtio_mmio,\
	$(serial_virtio_mmio)/driver.c devices/virtio/device.c))
$(eval $(call devices_drivers,$(serial_virtio_mmio)/driver.json))

# ---- The driver against a model device, on the host ----

serial_virtio_mmio_test := $(B)/test/devices/serial/virtio_mmio/driver
TESTS += $(serial_virtio_mmio_test)
test-deps: $(serial_virtio_mmio_test)

serial_virtio_mmio_sources := $(serial_virtio_mmio)/test/driver.c devices/virtio/test/model.c \
	devices/virtio/device.c devices/lib/test/test.c devices/lib/queue.c

# test/driver.c includes driver.c.
$(serial_virtio_mmio_test): $(serial_virtio_mmio_sources) $(serial_virtio_mmio)/driver.c
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) -MMD -MP -Idevices/virtio/test/include \
		-Idevices/serial/test/include \
		-include devices/lib/test/hook.h $(serial_virtio_mmio_sources) -o $@

-include $(serial_virtio_mmio_test).d
