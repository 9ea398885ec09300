# SPDX-License-Identifier: BSD-2-Clause
devices_serial := devices/serial
$(eval $(call devices_library,serial,$(devices_serial)/client.c $(devices_serial)/format.c))
$(eval $(call devices_component,serial_virt_tx,$(devices_serial)/virt_tx.c))
$(eval $(call devices_component,serial_virt_rx,$(devices_serial)/virt_rx.c))
$(eval $(call devices_component,serial_pl011,$(devices_serial)/pl011/driver.c))
$(eval $(call devices_drivers,$(devices_serial)/pl011/driver.json))
