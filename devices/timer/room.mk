# SPDX-License-Identifier: BSD-2-Clause
devices_timer := devices/timer
$(eval $(call devices_library,timer,$(devices_timer)/client.c))
$(eval $(call devices_component,timer_arm_generic,\
	$(devices_timer)/arm_generic/driver.c $(devices_timer)/deadlines.c))
$(eval $(call devices_drivers,$(devices_timer)/arm_generic/driver.json))

# ---- Host tests ----

devices_timer_test := $(B)/test/devices/timer/timer
TESTS += $(devices_timer_test)
test-deps: $(devices_timer_test)

$(devices_timer_test): $(devices_timer)/test/timer.c $(devices_timer)/deadlines.c \
		$(devices_timer)/client.c $(wildcard $(devices_timer)/*.h)
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) -I$(devices_timer)/test/include \
		$(filter %.c,$^) -o $@
