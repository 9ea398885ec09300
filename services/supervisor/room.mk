# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call devices_component,supervisor,services/supervisor/supervisor.c \
	devices/serial/client.c))
$(eval $(call devices_component,supervisor_clock,services/supervisor/clock.c))
$(eval $(call devices_library,supervisor,services/supervisor/client.c))
