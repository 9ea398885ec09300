# SPDX-License-Identifier: BSD-2-Clause
#
# elf/fs_littlefs.elf of each board and configuration: the FAT server's sources with littlefs in
# place of FatFs.

fs_littlefs := services/fs/littlefs
fs_littlefs_shared := cache disk file operation path program server
fs_littlefs_devices := devices/block/client devices/rtc/client devices/lib/queue
fs_littlefs_includes = -isystem $(fs_littlefs) $(littlefs_includes)
fs_littlefs_headers := $(wildcard $(fs_littlefs)/*.h services/fs/fat/*.h)

# $(1) board, $(2) configuration, $(3) its folder in the SDK
define fs_littlefs_board
SDK_FILES += $(3)/elf/fs_littlefs.elf
fs_littlefs_objects := $(addprefix $(B)/services/fs/littlefs/$(1)/$(2)/, \
	$(fs_littlefs_shared:=.o) volume.o)
$(B)/services/fs/littlefs/$(1)/$(2)/%.o: services/fs/fat/%.c $(fs_littlefs_headers) \
		$(B)/third_party/micropython/versions.txt \
		| $$$$(libmicrokit_$(1)_$(2)_headers) $(3)/include/string.h \
		$(addprefix $(3)/include/,$(devices_headers)) $(3)/include/coroutine.h
	@mkdir -p $$(@D)
	@$(TARGET_CC) $$(devices_cflags) $$(fs_littlefs_includes) -I$(3)/include -c $$< -o $$@
$(B)/services/fs/littlefs/$(1)/$(2)/volume.o: $(fs_littlefs)/volume.c $(fs_littlefs_headers) \
		$(B)/third_party/micropython/versions.txt \
		| $$$$(libmicrokit_$(1)_$(2)_headers) $(3)/include/string.h \
		$(addprefix $(3)/include/,$(devices_headers)) $(3)/include/coroutine.h
	@mkdir -p $$(@D)
	@$(TARGET_CC) $$(devices_cflags) $$(fs_littlefs_includes) -I$(3)/include -c $$< -o $$@
$(3)/elf/fs_littlefs.elf: $$(fs_littlefs_objects) $$$$(littlefs_objects) \
		$(fs_littlefs_devices:%=$(B)/devices/$(1)/$(2)/%.o) $(3)/lib/libmicrokit.a \
		$(3)/lib/microkit.ld $(3)/lib/libstring.a $(3)/lib/libcoroutine.a
	@mkdir -p $$(@D)
	@$(LD) -O2 --lto-O2 -mllvm -code-model=tiny --gc-sections -L$(3)/lib \
		$$(filter %.o,$$^) -lcoroutine -lmicrokit -lstring -Tmicrokit.ld -o $$@
endef

$(eval $(call devices_each,fs_littlefs_board))

# ---- Host tests: as those of the FAT server ----

fs_littlefs_cflags = -DRIG_IS_FAT=false $(HOST_CFLAGS) $(HOST_SANITISE) \
	-Idevices/lib/test/include -I. $(fs_littlefs_includes)
fs_littlefs_parts := $(addprefix services/fs/fat/,cache.c file.c operation.c path.c server.c) \
	$(fs_littlefs)/volume.c services/fs/client.c services/fs/call.c services/fs/test/rig.c \
	devices/lib/queue.c
fs_littlefs_programs := $(addprefix $(B)/test/services/fs/littlefs/,random hostile mutate make cut)
TESTS += $(fs_littlefs)/test/littlefs_test.py
test-deps: $(fs_littlefs_programs)

$(B)/test/services/fs/littlefs/obj/%.o: $(B)/third_party/micropython/versions.txt \
		third_party/littlefs/glue.h
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) $(littlefs_own_flags) \
		-include $(littlefs_room)/glue.h -w -c $(littlefs_source)/$*.c -o $@

$(B)/test/services/fs/littlefs/random: services/fs/test/random.c services/fs/test/model.c
$(B)/test/services/fs/littlefs/hostile: services/fs/test/hostile.c
$(B)/test/services/fs/littlefs/mutate: services/fs/test/mutate.c
$(B)/test/services/fs/littlefs/make: $(fs_littlefs)/test/make.c
$(B)/test/services/fs/littlefs/cut: $(fs_littlefs)/test/cut.c
$(fs_littlefs_programs): $(fs_littlefs_parts) $(fs_littlefs_headers) \
		$(addprefix $(B)/test/services/fs/littlefs/obj/,lfs2.o lfs2_util.o) \
		$(wildcard devices/*/*.h services/fs/*.h services/fs/test/*.h)
	@mkdir -p $(@D)
	@$(HOST_CC) $(fs_littlefs_cflags) $(filter %.c %.o,$^) -o $@
