# SPDX-License-Identifier: BSD-2-Clause
#
# The `microkit` tool: all of this room's C files and the image checker's.

microkit_tool_sources := $(wildcard microkit/tool/*.c microkit/check/*.c)
microkit_tool_objects := $(microkit_tool_sources:%.c=$(B)/host/%.o)
microkit_tool_cflags := $(HOST_CFLAGS) -Ikernel/include -Imicrokit/tool
microkit_tool_libs := -lexpat -lcjson

$(B)/host/microkit/%.o: microkit/%.c
	@mkdir -p $(@D)
	$(HOST_CC) $(microkit_tool_cflags) -MMD -c $< -o $@

$(SDK)/bin/microkit: $(microkit_tool_objects)
	@mkdir -p $(@D)
	$(HOST_CC) $(HOST_CFLAGS) $^ $(microkit_tool_libs) -o $@

-include $(microkit_tool_objects:.o=.d)

SDK_FILES += $(SDK)/bin/microkit

# The tests of the tool's parts.
include $(wildcard microkit/tool/*/room.mk)
