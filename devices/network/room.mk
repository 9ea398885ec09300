# SPDX-License-Identifier: BSD-2-Clause
#
# A policy of the sending virtualiser, policy_NAME.c, makes network_virt_tx_NAME.elf.

network := devices/network
network_cache := devices/lib/cache_aarch64.c
network_policies := $(patsubst $(network)/policy_%.c,%,$(wildcard $(network)/policy_*.c))

$(eval $(call devices_component,network_virt_rx,$(network)/virt_rx.c $(network_cache)))
$(eval $(call devices_component,network_copy,$(network)/copy.c))
network_more_bandwidth := devices/timer/client.c
$(foreach p,$(network_policies),$(eval $(call devices_component,network_virt_tx_$(p),\
	$(network)/virt_tx.c $(network)/policy_$(p).c $(network_more_$(p)) $(network_cache))))
$(eval $(call devices_library,network,$(network)/client.c))

# ---- Host tests: the real components, all in one process ----

network_world := $(addprefix $(network)/test/,world.c world.h app.c driver_model.c pd_virt_rx.c \
	pd_virt_tx.c pd_copy_0.c pd_copy_1.c) $(network)/client.c \
	$(network)/policy_round_robin.c devices/lib/queue.c
network_tests := $(addprefix $(B)/test/devices/network/,simulate hostile)
TESTS += $(network_tests)
test-deps: $(network_tests)

$(network_tests): $(B)/test/devices/network/%: $(network)/test/%.c $(network_world) \
		$(wildcard $(network)/*.[ch] devices/lib/*.h)
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) -I$(network)/test/include $< \
		$(filter %.c,$(network_world)) -o $@

$(eval $(call devices_test,network/link,$(network)/test/link.c devices/lib/queue.c,\
	-include devices/lib/test/hook.h))
$(eval $(call devices_test,network/batch,$(network)/test/batch.c devices/lib/queue.c,\
	-include devices/lib/test/hook.h -I$(network)/test/include))

# Each policy by itself.
network_policy_flags := -I$(network)/test/include
$(foreach p,$(filter-out bandwidth,$(network_policies)),\
	$(eval $(call devices_test,network/policy_$(p),\
		$(network)/test/policy.c $(network)/policy_$(p).c,\
		$(network_policy_flags) $(if $(filter priority,$(p)),-DPRIORITY=1))))
$(eval $(call devices_test,network/policy_bandwidth,\
	$(network)/test/bandwidth.c $(network)/policy_bandwidth.c devices/timer/client.c,\
	-Idevices/timer/test/include))

# To be inlined into its user it must be compiled as that is: a stack loads unaligned words.
$(B)/devices/%/$(network)/client.o: devices_cflags := \
	$(filter-out -mstrict-align,$(devices_cflags)) -fomit-frame-pointer

PROOFS += devices/network/proof/prove.py
