# SPDX-License-Identifier: BSD-2-Clause
devices_block := devices/block
$(eval $(call devices_library,block,$(devices_block)/client.c))
$(eval $(call devices_component,block_virt,\
	$(addprefix $(devices_block)/,virt.c disk.c mbr.c gpt.c)))

# ---- Host tests ----

devices_block_test_flags := -I$(devices_block)/test/include -include devices/lib/test/hook.h
devices_block_tables := $(addprefix $(devices_block)/,mbr.c gpt.c)
$(foreach t,mbr gpt,$(eval $(call devices_test,block/$(t),\
	$(devices_block)/test/$(t).c $(devices_block_tables),$(devices_block_test_flags))))
$(eval $(call devices_test,block/virt,$(devices_block_tables) devices/lib/queue.c \
	$(addprefix $(devices_block)/,test/virt.c test/world.c virt.c disk.c client.c),\
	$(devices_block_test_flags)))

PROOFS += devices/block/proof/prove.py
