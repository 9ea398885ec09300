# SPDX-License-Identifier: BSD-2-Clause
devices_entropy := devices/entropy
$(eval $(call devices_library,entropy,$(devices_entropy)/client.c))
$(eval $(call devices_component,entropy_virtio_mmio,\
	$(devices_entropy)/virtio_mmio/driver.c devices/virtio/device.c))
$(eval $(call devices_drivers,$(devices_entropy)/virtio_mmio/driver.json))

# ---- Driver and client library against a model device, on the host ----

# test/driver.c includes driver.c.
$(eval $(call devices_test,entropy/driver,$(addprefix $(devices_entropy)/,test/driver.c \
	test/source.c client.c) devices/virtio/device.c devices/virtio/test/model.c,\
	-Idevices/timer/test/include -Idevices/virtio/test/include))
