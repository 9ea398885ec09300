# SPDX-License-Identifier: BSD-2-Clause
network := devices/network
$(eval $(call devices_library,network,$(network)/client.c))
