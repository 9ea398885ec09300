# SPDX-License-Identifier: BSD-2-Clause
#
# elf/fs_fat.elf of each board and configuration: the server, FatFs, the block class's client
# library and coroutines.

fs_fat := services/fs/fat
fs_fat_files := $(addprefix $(fs_fat)/,cache clock disk file operation path program server volume) \
	devices/block/client devices/rtc/client devices/lib/queue

# $(1) board, $(2) configuration, $(3) its folder in the SDK
define fs_fat_board
SDK_FILES += $(3)/elf/fs_fat.elf
fs_fat_objects := $(fs_fat_files:%=$(B)/devices/$(1)/$(2)/%.o)
$$(fs_fat_objects): | $$$$(fatfs_tree)/ff.h $(3)/include/coroutine.h
$(fs_fat_files:%=$(B)/devices/$(1)/$(2)/%.o): devices_cflags += $$(if \
	$$(findstring $(fs_fat),$$@),$$(fatfs_includes))
$(3)/elf/fs_fat.elf: $$(fs_fat_objects) $$$$(fatfs_objects) $(3)/lib/libmicrokit.a \
		$(3)/lib/microkit.ld $(3)/lib/libstring.a $(3)/lib/libcoroutine.a
	@mkdir -p $$(@D)
	@$(LD) -O2 --lto-O2 -mllvm -code-model=tiny --gc-sections -L$(3)/lib \
		$$(filter %.o,$$^) -lcoroutine -lmicrokit -lstring -Tmicrokit.ld -o $$@
-include $$(fs_fat_objects:.o=.d)
endef

$(eval $(call devices_each,fs_fat_board))

# ---- Host tests: the same sources, with sanitisers, and a disk that is an array ----

fs_fat_test_cflags = -DRIG_IS_FAT=true $(HOST_CFLAGS) $(HOST_SANITISE) \
	-Idevices/lib/test/include -I. \
	$(fatfs_includes)
fs_fat_test_parts := $(addprefix $(fs_fat)/,cache.c clock.c file.c operation.c path.c server.c \
	volume.c) \
	services/fs/client.c services/fs/call.c services/fs/test/rig.c devices/lib/queue.c
fs_fat_test_programs := $(addprefix $(B)/test/services/fs/,random hostile mutate cases)
TESTS += services/fs/test/fs_test.py
test-deps: $(fs_fat_test_programs) $(B)/test/services/fs/chain

# FatFs shifts bytes of untrusted words into signed ones, which is well enough.
$(B)/test/services/fs/obj/%.o: $$(fatfs_tree)/ff.h
	@mkdir -p $(@D)
	@$(HOST_CC) $(fs_fat_test_cflags) -w -c $(fatfs_tree)/$*.c -o $@

$(B)/test/services/fs/random: services/fs/test/model.c
$(fs_fat_test_programs): $(B)/test/services/fs/%: services/fs/test/%.c $(fs_fat_test_parts) \
		$(addprefix $(B)/test/services/fs/obj/,ff.o ffunicode.o) \
		$(wildcard devices/*/*.h services/fs/*.h services/fs/*/*.h)
	@mkdir -p $(@D)
	@$(HOST_CC) $(fs_fat_test_cflags) $(filter %.c %.o,$^) -o $@

# The disk below it alone: the real virtualiser, and a neighbour at each access.
fs_chain_parts := services/fs/test/chain.c $(fs_fat)/disk.c devices/lib/queue.c \
	$(addprefix devices/block/,virt.c disk.c mbr.c gpt.c client.c)
$(B)/test/services/fs/chain: $(fs_chain_parts) $(wildcard devices/*/*.h devices/lib/test/*.h) \
		$(fs_fat)/server.h services/fs/queue.h $$(fatfs_tree)/ff.h
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) -Idevices/block/test/include -I. \
		$(fatfs_includes) -include devices/lib/test/hook.h $(filter %.c,$^) -o $@
