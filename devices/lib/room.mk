# SPDX-License-Identifier: BSD-2-Clause
#
# The queue of every device class. A PD that uses it links $(devices_lib_object).

devices_lib := devices/lib
devices_lib_object := $(B)/devices/lib/queue.o
ALL += $(devices_lib_object)

$(devices_lib_object): $(devices_lib)/queue.c
	@mkdir -p $(@D)
	@$(TARGET_CC) $(TARGET_CFLAGS) -MMD -MP -c $< -o $@

# ---- Host tests ----

devices_lib_tests := $(addprefix $(B)/test/devices/lib/,queue threads)
TESTS += $(devices_lib_tests)
test-deps: $(devices_lib_tests)

$(B)/test/devices/lib/%: $(devices_lib)/test/%.c $(devices_lib)/queue.c
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) -pthread -MMD -MP \
		-I$(devices_lib)/test/include $^ -o $@

-include $(devices_lib_object:.o=.d) $(devices_lib_tests:=.d)

# ---- Proofs: CBMC, SPIN ----

PROOFS += $(devices_lib)/proof/prove.py@300
