# SPDX-License-Identifier: BSD-2-Clause
serial_virtio_mmio := devices/serial/virtio_mmio
$(eval $(call devices_component,serial_virtio_mmio,\
	$(serial_virtio_mmio)/driver.c devices/virtio/device.c))
$(eval $(call devices_drivers,$(serial_virtio_mmio)/driver.json))

# ---- The driver against a model device, on the host ----

# test/driver.c includes driver.c.
$(eval $(call devices_test,serial/virtio_mmio/driver,$(serial_virtio_mmio)/test/driver.c \
	devices/virtio/device.c $(addprefix devices/virtio/test/,model.c pd.c) devices/lib/queue.c,\
	-Idevices/virtio/test/include -include devices/lib/test/hook.h))
