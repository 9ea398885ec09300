# SPDX-License-Identifier: BSD-2-Clause
devices_entropy := devices/entropy
$(eval $(call devices_library,entropy,$(devices_entropy)/client.c))
$(eval $(call devices_component,entropy_virtio_mmio,\
	$(devices_entropy)/virtio_mmio/driver.c devices/virtio/device.c))
$(eval $(call devices_drivers,$(devices_entropy)/virtio_mmio/driver.json))

# ---- Driver and client library against a model device, on the host ----

devices_entropy_test := $(B)/test/devices/entropy/driver
TESTS += $(devices_entropy_test)
test-deps: $(devices_entropy_test)

# test/driver.c includes driver.c.
devices_entropy_sources := $(addprefix $(devices_entropy)/,test/driver.c test/source.c \
	client.c) devices/virtio/device.c devices/virtio/test/model.c devices/lib/test/test.c
$(devices_entropy_test): $(devices_entropy_sources) $(devices_entropy)/virtio_mmio/driver.c
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) -MMD -MP \
		-Idevices/timer/test/include -Idevices/virtio/test/include \
		$(devices_entropy_sources) -o $@

-include $(devices_entropy_test).d
