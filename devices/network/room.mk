# SPDX-License-Identifier: BSD-2-Clause
#
# A policy of the sending virtualiser, policy_NAME.c, makes network_virt_tx_NAME.elf.

network := devices/network
network_cache := devices/lib/cache_aarch64.c
network_policies := $(patsubst $(network)/policy_%.c,%,$(wildcard $(network)/policy_*.c))

$(eval $(call devices_component,network_virt_rx,$(network)/virt_rx.c $(network_cache)))
$(eval $(call devices_component,network_copy,$(network)/copy.c))
$(foreach p,$(network_policies),$(eval $(call devices_component,network_virt_tx_$(p),\
	$(network)/virt_tx.c $(network)/policy_$(p).c $(network_cache))))
$(eval $(call devices_library,network,$(network)/client.c))
