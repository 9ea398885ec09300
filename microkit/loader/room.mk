# SPDX-License-Identifier: BSD-2-Clause
#
# The loader: one ELF for every board and configuration.

LOADER_OBJECTS := $(patsubst %,$(B)/%.o,$(wildcard microkit/loader/*.c microkit/loader/*.S))

$(B)/microkit/loader/%.o: microkit/loader/%
	@mkdir -p $(@D)
	@$(TARGET_CC) $(TARGET_CFLAGS) -Ikernel/include -MMD -c $< -o $@

$(B)/microkit/loader/loader.elf: $(LOADER_OBJECTS) microkit/loader/loader.ld
	@$(LD) -T microkit/loader/loader.ld -z max-page-size=0x1000 $(LOADER_OBJECTS) -o $@

-include $(LOADER_OBJECTS:.o=.d)

LOADER_SDK := $(foreach b,$(BOARDS),$(foreach c,$(CONFIGS),$(SDK)/board/$(b)/$(c)/elf/loader.elf))

$(LOADER_SDK): $(B)/microkit/loader/loader.elf
	@mkdir -p $(@D)
	@cp $< $@

SDK_FILES += $(LOADER_SDK)
