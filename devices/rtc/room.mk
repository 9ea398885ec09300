# SPDX-License-Identifier: BSD-2-Clause
devices_rtc := devices/rtc
$(eval $(call devices_library,rtc,$(devices_rtc)/client.c))
$(eval $(call devices_component,rtc_pl031,$(devices_rtc)/pl031/driver.c))
$(eval $(call devices_drivers,$(devices_rtc)/pl031/driver.json))

# ---- Driver and client library against a model device, on the host ----

devices_rtc_test := $(B)/test/devices/rtc/rtc
TESTS += $(devices_rtc_test)
test-deps: $(devices_rtc_test)

# test/rtc.c includes driver.c.
$(devices_rtc_test): $(devices_rtc)/test/rtc.c $(devices_rtc)/client.c $(devices_rtc)/pl031/driver.c
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) -MMD -MP -Idevices/timer/test/include \
		-Idevices/virtio/test/include \
		$(devices_rtc)/test/rtc.c $(devices_rtc)/client.c -o $@

-include $(devices_rtc_test).d
