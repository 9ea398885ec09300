# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call devices_component,supervisor,services/supervisor/supervisor.c \
	devices/serial/client.c))
