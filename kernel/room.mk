# SPDX-License-Identifier: BSD-2-Clause
#
# The kernel: for each board and configuration kernel.elf and, with accounting,
# kernel_statistics.elf. They differ by files: console and post-mortem in debug,
# accounting in benchmark and the statistics kernel, the interrupt controller by
# board. One unit for the optimiser (-flto), so that small functions may live in
# the file of their noun.

KERNEL_CORE := $(wildcard kernel/core/*.c)
KERNEL_ARCH := $(filter-out %/gicv2.c %/gicv3.c, \
	$(wildcard kernel/arch/aarch64/*.c kernel/arch/aarch64/*.S))
KERNEL_DEBUG := $(wildcard kernel/debug/*.c kernel/arch/aarch64/debug/*.c)
KERNEL_CFLAGS := $(TARGET_CFLAGS) -mcmodel=tiny -flto -Ikernel/include \
	-Ikernel/arch/aarch64/include -Ikernel/arch/aarch64 -Ikernel/core

# board: its interrupt controller's version
kernel_gic = $(shell sed -nE 's/.*"gic": \{ "version": ([23]).*/\1/p' boards/$(1)/board.json)
# $(call kernel_sources,gic,debug|release,on|off)
kernel_sources = $(KERNEL_CORE) $(KERNEL_ARCH) kernel/arch/aarch64/gicv$(1).c \
	$(if $(filter debug,$(2)),$(KERNEL_DEBUG)) $(wildcard kernel/account/$(3)/*.c)

# $(call kernel_rules,gic,debug|release,on|off): one kernel
define kernel_rules
KERNEL_OBJECTS_$(1)_$(2)_$(3) := \
	$(patsubst %,$(B)/kernel/v$(1)-$(2)-$(3)/%.o,$(call kernel_sources,$(1),$(2),$(3)))

$(B)/kernel/v$(1)-$(2)-$(3)/%.o: %
	@mkdir -p $$(@D)
	@$$(TARGET_CC) $$(KERNEL_CFLAGS) -Ikernel/$(2) -Ikernel/account/$(3) -MMD -c $$< -o $$@

$(B)/kernel/v$(1)-$(2)-$(3)/kernel.elf: $$(KERNEL_OBJECTS_$(1)_$(2)_$(3)) \
		kernel/arch/aarch64/kernel.ld
	@$$(LD) -T kernel/arch/aarch64/kernel.ld -z max-page-size=0x1000 --gc-sections \
		$$(KERNEL_OBJECTS_$(1)_$(2)_$(3)) -o $$@

-include $$(KERNEL_OBJECTS_$(1)_$(2)_$(3):.o=.d)
endef

$(foreach g,2 3,$(foreach c,debug release,$(foreach a,on off,\
	$(eval $(call kernel_rules,$(g),$(c),$(a))))))

kernel_console = $(if $(filter debug,$(1)),debug,release)
kernel_account = $(if $(filter benchmark,$(1)),on,off)
# $(call kernel_built,board,config,on|off): the ELF file
kernel_built = \
	$(B)/kernel/v$(call kernel_gic,$(1))-$(call kernel_console,$(2))-$(3)/kernel.elf

# $(call kernel_install,board,config)
define kernel_install
$(SDK)/board/$(1)/$(2)/elf/kernel.elf: $(call kernel_built,$(1),$(2),$(call kernel_account,$(2)))
	@mkdir -p $$(@D)
	@cp $$< $$@
$(SDK)/board/$(1)/$(2)/elf/kernel_statistics.elf: $(call kernel_built,$(1),$(2),on)
	@mkdir -p $$(@D)
	@cp $$< $$@
SDK_FILES += $(SDK)/board/$(1)/$(2)/elf/kernel.elf $(SDK)/board/$(1)/$(2)/elf/kernel_statistics.elf
endef

$(foreach b,$(BOARDS),$(foreach c,$(CONFIGS),$(eval $(call kernel_install,$(b),$(c)))))
