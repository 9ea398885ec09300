# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call devices_component,statistics,services/statistics/statistics.c))
$(eval $(call devices_library,statistics,services/statistics/client.c \
	services/statistics/names.c))
