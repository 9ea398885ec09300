# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call devices_library,fs,services/fs/client.c services/fs/call.c))
