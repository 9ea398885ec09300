# SPDX-License-Identifier: BSD-2-Clause
#
# lib/libstring.a and include/string.h of each board and configuration. It is no
# bitcode: the linker must find memcpy even for calls that it makes itself.

lib_string_cflags = $(TARGET_BASE_CFLAGS) -mgeneral-regs-only -fno-builtin -fno-unroll-loops \
	-ffunction-sections -Ilib/string/include

# $(1) board, $(2) configuration, $(3) its folder in the SDK
define lib_string_board
SDK_FILES += $(3)/lib/libstring.a $(3)/include/string.h
$(3)/include/string.h: lib/string/include/string.h
	@mkdir -p $$(@D)
	@cp $$< $$@

$(B)/lib/string/$(1)/$(2)/string.o: lib/string/string.c
	@mkdir -p $$(@D)
	@$(TARGET_CC) $$(lib_string_cflags) -MMD -MP -c $$< -o $$@

$(3)/lib/libstring.a: $(B)/lib/string/$(1)/$(2)/string.o
	@mkdir -p $$(@D)
	@rm -f $$@
	@$(AR) rcsD $$@ $$^
-include $(B)/lib/string/$(1)/$(2)/string.d
endef

$(foreach b,$(BOARDS),$(foreach c,$(CONFIGS),$(eval $(call \
	lib_string_board,$(b),$(c),$(SDK)/board/$(b)/$(c)))))

# ---- Host test: the machine's own words are as little aligned as on the target ----

TESTS += $(B)/test/lib/string
test-deps: $(B)/test/lib/string
$(B)/test/lib/string: lib/string/test/string.c lib/string/string.c
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) -fno-builtin $< -o $@
