# SPDX-License-Identifier: BSD-2-Clause
devices_timer := devices/timer
$(eval $(call devices_library,timer,$(devices_timer)/client.c))
$(eval $(call devices_component,timer_arm_generic,\
	$(devices_timer)/arm_generic/driver.c $(devices_timer)/deadlines.c))
$(eval $(call devices_drivers,$(devices_timer)/arm_generic/driver.json))

# ---- Host tests ----

$(eval $(call devices_test,timer/timer,$(addprefix $(devices_timer)/,test/timer.c deadlines.c \
	client.c),-I$(devices_timer)/test/include))
