# SPDX-License-Identifier: BSD-2-Clause
#
# FatFs as bitcode, to be optimised together with services/fs/fat at link time. It looks for
# its options beside itself first, so it is built in a copy that has ours. The code is the
# same for all boards and configurations, so it is compiled once.

fatfs_room := third_party/fatfs
fatfs_home := $(B)/third_party/fatfs
fatfs_tree := $(fatfs_home)/tree
fatfs_objects := $(fatfs_home)/obj/ff.o $(fatfs_home)/obj/ffunicode.o
fatfs_sources := $(fatfs_tree)/ff.c $(fatfs_tree)/ffunicode.c
# What any target that includes <ff.h> needs.
fatfs_includes := -isystem $(fatfs_tree)

$(fatfs_home)/versions.txt: third_party/lock.txt tools/fetch.sh
	@tools/fetch.sh fatfs $(B)

$(fatfs_tree)/ff.h: $(fatfs_home)/versions.txt $(fatfs_room)/ffconf.h
	@mkdir -p $(@D)
	@cp $(addprefix $(fatfs_home)/src/fatfs/source/,ff.c ff.h ffunicode.c diskio.h) $(@D)
	@cp $(fatfs_room)/ffconf.h $(@D)
	@touch $@

# Other people's code, other people's warnings.
$(fatfs_home)/obj/%.o: $(fatfs_tree)/ff.h $(fatfs_room)/room.mk
	@mkdir -p $(@D)
	@$(TARGET_CC) $(TARGET_CFLAGS) -flto -ffunction-sections -fdata-sections \
		-include $(fatfs_room)/strchr.h -Ilib/string/include -w \
		-c $(fatfs_tree)/$*.c -o $@
