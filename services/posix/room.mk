# SPDX-License-Identifier: BSD-2-Clause
#
# lib/libposix.a of each board and configuration: what musl asks of a kernel. It is
# compiled with musl's headers and with floating point registers, as its users are.

posix_files := console descriptors files fs heap opening path program random syscall
posix_cflags = $(TARGET_FPU_CFLAGS) -mstrict-align -ffunction-sections -fdata-sections \
	-D_GNU_SOURCE $(MUSL_CFLAGS)

# $(1) board, $(2) configuration, $(3) its folder in the SDK
define posix_board
SDK_FILES += $(3)/lib/libposix.a
$(B)/services/posix/$(1)/$(2)/%.o: services/posix/%.c $$$$(MUSL) | $$$$(posix_headers_$(1)_$(2))
	@mkdir -p $$(@D)
	@$(TARGET_CC) $$(posix_cflags) -idirafter $(3)/include -MMD -MP -c $$< -o $$@
posix_headers_$(1)_$(2) = $$(filter $(3)/include/%.h,$$(SDK_FILES))

$(3)/lib/libposix.a: $(posix_files:%=$(B)/services/posix/$(1)/$(2)/%.o)
	@mkdir -p $$(@D)
	@rm -f $$@
	@$(AR) rcsD $$@ $$^
-include $(posix_files:%=$(B)/services/posix/$(1)/$(2)/%.d)
endef

$(foreach b,$(BOARDS),$(foreach c,$(CONFIGS),$(eval $(call \
	posix_board,$(b),$(c),$(SDK)/board/$(b)/$(c)))))

# ---- Host tests ----

posix_test := $(B)/test/services/posix/parts_test
TESTS += $(posix_test)
test-deps: $(posix_test)

$(posix_test): services/posix/test/parts_test.c services/posix/heap.c services/posix/path.c \
		$(wildcard services/posix/*.h)
	@mkdir -p $(@D)
	@$(HOST_CC) $(HOST_CFLAGS) $(HOST_SANITISE) $(filter %.c,$^) -o $@
