# SPDX-License-Identifier: BSD-2-Clause
devices_rtc := devices/rtc
$(eval $(call devices_library,rtc,$(devices_rtc)/client.c))
$(eval $(call devices_component,rtc_pl031,$(devices_rtc)/pl031/driver.c))
$(eval $(call devices_drivers,$(devices_rtc)/pl031/driver.json))

# ---- Driver and client library against a model device, on the host ----

# test/rtc.c includes driver.c.
$(eval $(call devices_test,rtc/rtc,$(devices_rtc)/test/rtc.c $(devices_rtc)/client.c,\
	-Idevices/timer/test/include -Idevices/virtio/test/include))
