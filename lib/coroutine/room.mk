# SPDX-License-Identifier: BSD-2-Clause
#
# lib/libcoroutine.a, lib/libcoroutine_fpu.a and include/coroutine.h of each board and
# configuration.

# $(1) board, $(2) configuration, $(3) its folder in the SDK
define lib_coroutine_board
SDK_FILES += $(3)/lib/libcoroutine.a $(3)/lib/libcoroutine_fpu.a $(3)/include/coroutine.h
$(3)/include/coroutine.h: lib/coroutine/include/coroutine.h
	@mkdir -p $$(@D)
	@cp $$< $$@

$(B)/lib/coroutine/$(1)/$(2)/%.o: lib/coroutine/%.c
	@mkdir -p $$(@D)
	@$(TARGET_CC) $$(TARGET_CFLAGS) -Ilib/coroutine/include -MMD -MP -c $$< -o $$@
$(B)/lib/coroutine/$(1)/$(2)/%.o: lib/coroutine/%.S
	@mkdir -p $$(@D)
	@$(TARGET_CC) $$(TARGET_BASE_CFLAGS) -c $$< -o $$@

$(3)/lib/libcoroutine.a: $(addprefix $(B)/lib/coroutine/$(1)/$(2)/,coroutine.o swap.o)
	@mkdir -p $$(@D)
	@rm -f $$@
	@$(AR) rcsD $$@ $$^
$(3)/lib/libcoroutine_fpu.a: $(addprefix $(B)/lib/coroutine/$(1)/$(2)/,coroutine.o swap_fpu.o)
	@mkdir -p $$(@D)
	@rm -f $$@
	@$(AR) rcsD $$@ $$^
-include $(B)/lib/coroutine/$(1)/$(2)/coroutine.d
endef

$(foreach b,$(BOARDS),$(foreach c,$(CONFIGS),$(eval $(call \
	lib_coroutine_board,$(b),$(c),$(SDK)/board/$(b)/$(c)))))

TESTS += lib/coroutine/test/coroutine_test.py
