# SPDX-License-Identifier: BSD-2-Clause
devices_block := devices/block
$(eval $(call devices_library,block,$(devices_block)/client.c))
$(eval $(call devices_component,block_virt,\
	$(addprefix $(devices_block)/,virt.c disk.c mbr.c gpt.c)))

# ---- Host tests ----

devices_block_tests := $(addprefix $(B)/test/devices/block/,mbr gpt virt)
TESTS += $(devices_block_tests)
test-deps: $(devices_block_tests)

$(B)/test/devices/block/virt: $(addprefix $(devices_block)/,test/world.c virt.c disk.c client.c) \
		devices/lib/queue.c
$(B)/test/devices/block/%: $(devices_block)/test/%.c $(devices_block)/mbr.c $(devices_block)/gpt.c
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) -MMD -MP -I$(devices_block)/test/include \
		-include devices/lib/test/hook.h $(filter %.c,$^) -o $@

-include $(devices_block_tests:=.d)

PROOFS += devices/block/proof/prove.py@300
