# SPDX-License-Identifier: BSD-2-Clause
#
# Builds every example for each board and configuration, by its own Makefile, into
# $(B)/examples/<example>/<board>/<config>/loader.img.

examples_names := $(sort $(patsubst examples/%/Makefile,%,$(wildcard examples/*/Makefile)))

# The list of the SDK's files is complete only when all fragments have been read.
.SECONDEXPANSION:

# $(1) example, $(2) board, $(3) configuration
define examples_image
ALL += $(B)/examples/$(1)/$(2)/$(3)/loader.img
$(B)/examples/$(1)/$(2)/$(3)/loader.img: $$$$(SDK_FILES) $$(wildcard examples/$(1)/*)
	@mkdir -p $$(@D)
	@$$(MAKE) -s -C examples/$(1) MICROKIT_SDK=$$(abspath $(SDK)) BOARD=$(2) CONFIG=$(3) \
		BUILD_DIR=$$(abspath $$(@D)) CC=$$(TARGET_CC) LD=$$(LD) > $$(@D)/build.log 2>&1 \
		|| { cat $$(@D)/build.log; exit 1; }
	@touch $$@
endef

$(foreach e,$(examples_names),$(foreach b,$(BOARDS),$(foreach c,$(CONFIGS),$(eval \
	$(call examples_image,$(e),$(b),$(c))))))
