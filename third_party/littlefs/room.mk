# SPDX-License-Identifier: BSD-2-Clause
#
# littlefs as bitcode, to be optimised together with services/fs/littlefs at link time.

littlefs_room := third_party/littlefs
littlefs_source := $(B)/third_party/micropython/src/lib/littlefs
littlefs_home := $(B)/third_party/littlefs
littlefs_objects := $(littlefs_home)/lfs2.o $(littlefs_home)/lfs2_util.o
littlefs_own_flags := $(addprefix -DLFS2_NO_,MALLOC DEBUG WARN ERROR)
littlefs_flags := $(littlefs_own_flags) -DLFS2_NO_ASSERT
# What any target that includes <lfs2.h> needs.
littlefs_includes := -isystem $(littlefs_source) \
	-idirafter $(littlefs_room)/include $(littlefs_flags)

# Other people's code, other people's warnings.
$(littlefs_home)/%.o: $(B)/third_party/micropython/versions.txt $(littlefs_room)/glue.h
	@mkdir -p $(@D)
	@$(TARGET_CC) $(TARGET_CFLAGS) -flto -ffunction-sections -fdata-sections \
		$(littlefs_own_flags) \
		-include $(littlefs_room)/glue.h -Ilib/string/include \
		-idirafter $(littlefs_room)/include -w \
		-c $(littlefs_source)/$*.c -o $@
