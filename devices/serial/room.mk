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
devices_serial_read := $(wildcard $(addprefix $(devices_serial)/,*.[ch] */*.[ch] */*/*.h \
	*/*/*/*/*.h) devices/lib/*.[ch])
devices_serial_tests := $(addprefix $(B)/test/devices/serial/,system hostile config)
TESTS += $(devices_serial_tests)
test-deps: $(devices_serial_tests)

$(B)/test/devices/serial/%: $(devices_serial)/test/%.c $(devices_serial_parts)
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) \
		-I$(devices_serial)/test/include $< $(devices_serial_parts) -o $@
$(devices_serial_tests): $(devices_serial_read)
