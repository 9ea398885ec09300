# SPDX-License-Identifier: BSD-2-Clause
devices_serial := devices/serial
$(eval $(call devices_library,serial,$(devices_serial)/client.c $(devices_serial)/format.c))
$(eval $(call devices_component,serial_virt_tx,$(devices_serial)/virt_tx.c))
$(eval $(call devices_component,serial_virt_rx,$(devices_serial)/virt_rx.c))
$(eval $(call devices_component,serial_pl011,$(devices_serial)/pl011/driver.c))
$(eval $(call devices_drivers,$(devices_serial)/pl011/driver.json))

# ---- Host tests ----

devices_serial_parts := $(addprefix $(devices_serial)/test/,world.c device.c part_driver.c \
	part_virt_tx.c part_virt_rx.c part_client.c part_queue.c) $(devices_serial)/format.c
# The components' sources are included by the parts.
$(foreach t,system hostile config,$(eval $(call devices_test,serial/$(t),\
	$(devices_serial)/test/$(t).c $(devices_serial_parts),-I$(devices_serial)/test/include)))
