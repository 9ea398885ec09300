# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call devices_component,statistics,services/statistics/statistics.c))
$(eval $(call devices_library,statistics,services/statistics/client.c \
	services/statistics/names.c))

# ---- Host tests ----

services_statistics := services/statistics
services_statistics_test := $(B)/test/services/statistics/statistics
TESTS += $(services_statistics_test)
test-deps: $(services_statistics_test)

$(services_statistics_test): $(wildcard $(services_statistics)/*.c) \
		$(services_statistics)/test/statistics_test.c $(wildcard $(services_statistics)/*.h)
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) -I$(services_statistics)/test/include \
		-Idevices/timer/test/include -Ikernel/include -I. $(filter %.c,$^) -o $@
