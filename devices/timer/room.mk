# SPDX-License-Identifier: BSD-2-Clause
devices_timer := devices/timer
$(eval $(call devices_library,timer,$(devices_timer)/client.c))
$(eval $(call devices_component,timer_arm_generic,\
	$(devices_timer)/arm_generic/driver.c $(devices_timer)/deadlines.c))
$(eval $(call devices_drivers,$(devices_timer)/arm_generic/driver.json))
