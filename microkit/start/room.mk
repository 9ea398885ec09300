# SPDX-License-Identifier: BSD-2-Clause
#
# The start stub, elf/start.elf of the SDK: the same for all boards and
# configurations.

start_dir := microkit/start
start_elf := $(B)/start/start.elf

$(B)/start/start.o: $(start_dir)/start.S
	@mkdir -p $(@D)
	@$(TARGET_CC) $(TARGET_CFLAGS) -MMD -MP -c $< -o $@

$(start_elf): $(B)/start/start.o $(start_dir)/start.ld
	@$(LD) -z max-page-size=0x1000 -T$(start_dir)/start.ld $< -o $@

define start_sdk
SDK_FILES += $(SDK)/board/$(1)/$(2)/elf/start.elf
$(SDK)/board/$(1)/$(2)/elf/start.elf: $(start_elf)
	@mkdir -p $$(@D)
	@cp $$< $$@
endef

$(foreach b,$(BOARDS),$(foreach c,$(CONFIGS),$(eval $(call start_sdk,$(b),$(c)))))

-include $(B)/start/start.d
