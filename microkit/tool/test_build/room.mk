# SPDX-License-Identifier: BSD-2-Clause
#
# The test of the system builder: it, the parser and the rules, built with the
# sanitisers, under a driver of their own.

build_test_others := main command facts expand report% reach% picture% symbolise% describe%
build_test_sources := \
	$(filter-out $(build_test_others:%=microkit/tool/%.c),$(wildcard microkit/tool/*.c)) \
	microkit/tool/test_build/driver.c
build_test_objects := $(build_test_sources:%.c=$(B)/sanitised/%.o)
build_test_cflags := $(microkit_tool_cflags) $(HOST_SANITISE)
# The same and the checker, with what its campaigns share in place of diag.c.
fuzz_elf_own := $(patsubst %.c,$(B)/sanitised/%.o,$(wildcard microkit/check/*.c) \
	microkit/tool/test/fuzz.c microkit/tool/test_build/fuzz_elf.c)
fuzz_elf_objects := $(filter-out %/diag.o %/driver.o,$(build_test_objects)) $(fuzz_elf_own)

$(build_test_objects) $(fuzz_elf_own): $(B)/sanitised/%.o: %.c
	@mkdir -p $(@D)
	$(HOST_CC) $(build_test_cflags) -MMD -c $< -o $@

$(B)/test/build_driver: $(build_test_objects)
	@mkdir -p $(@D)
	$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) $^ $(microkit_tool_libs) -o $@

$(B)/test/fuzz_elf: $(fuzz_elf_objects)
	@mkdir -p $(@D)
	$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) $^ $(microkit_tool_libs) -o $@

-include $(fuzz_elf_own:.o=.d) $(build_test_objects:.o=.d)

TESTS += microkit/tool/test_build/test_build.py \
	microkit/tool/test_build/test_refusals.py \
	microkit/tool/test_build/test_random.py \
	microkit/tool/test_build/test_devices.py \
	microkit/tool/test_build/test_elves.py
test-deps: $(B)/test/build_driver $(B)/test/fuzz_elf
