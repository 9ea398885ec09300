# SPDX-License-Identifier: BSD-2-Clause
#
# The `microkit` tool: all of this room's C files and the image checker's.

microkit_tool_sources := $(wildcard microkit/tool/*.c microkit/check/*.c)
microkit_tool_objects := $(microkit_tool_sources:%.c=$(B)/host/%.o)
microkit_tool_cflags := $(HOST_CFLAGS) -Ikernel/include -Imicrokit/tool -I.
microkit_tool_libs := -lexpat -lcjson -lfdt

$(B)/host/microkit/%.o: microkit/%.c
	@mkdir -p $(@D)
	$(HOST_CC) $(microkit_tool_cflags) -MMD -c $< -o $@

$(SDK)/bin/microkit: $(microkit_tool_objects)
	@mkdir -p $(@D)
	$(HOST_CC) $(HOST_CFLAGS) $^ $(microkit_tool_libs) -o $@

SDK_FILES += $(SDK)/bin/microkit

# ---- Tests: the front end, sanitised, against mutated system files ----

microkit_fuzz_parts := test/fuzz test/fuzz_rules elf expand list names search \
	$(patsubst microkit/tool/%.c,%,$(wildcard $(addprefix microkit/tool/,\
	sdf*.c subsystem*.c rules*.c)))
microkit_fuzz_objects := $(microkit_fuzz_parts:%=$(B)/host-sanitised/microkit/tool/%.o)

$(B)/host-sanitised/microkit/%.o: microkit/%.c
	@mkdir -p $(@D)
	$(HOST_CC) $(microkit_tool_cflags) $(HOST_SANITISE) -MMD -c $< -o $@

$(B)/test/microkit_fuzz_rules: $(microkit_fuzz_objects)
	@mkdir -p $(@D)
	$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) $^ -lexpat -o $@

-include $(microkit_tool_objects:.o=.d) $(microkit_fuzz_objects:.o=.d)

TESTS += microkit/tool/test/test_rules.py microkit/tool/test/test_command.py \
	microkit/tool/test/test_subsystem.py microkit/tool/test/test_fuzz.py
test-deps: $(SDK)/bin/microkit $(B)/test/microkit_fuzz_rules
