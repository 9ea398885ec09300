# SPDX-License-Identifier: BSD-2-Clause
devices_block := devices/block
$(eval $(call devices_library,block,$(devices_block)/client.c))
$(eval $(call devices_component,block_virt,$(addprefix $(devices_block)/,virt.c disk.c mbr.c)))
