# SPDX-License-Identifier: BSD-2-Clause
#
# The PDs' library for each board and configuration: lib/libmicrokit.a,
# lib/microkit.ld and include/ of the SDK. Files of release/ serve benchmark too.

libmicrokit_dir := microkit/libmicrokit
libmicrokit_variant = $(if $(filter debug,$(1)),debug,release)
libmicrokit_kernel_headers := $(wildcard kernel/include/kernel/*.h)

# $(1) board, $(2) configuration, $(3) its variant, $(4) its folder in the SDK
define libmicrokit_rules
libmicrokit_$(1)_$(2)_headers := \
	$$(patsubst $(libmicrokit_dir)/include/%,$(4)/include/%, \
		$$(wildcard $(libmicrokit_dir)/include/*.h $(libmicrokit_dir)/include/*/*.h)) \
	$$(patsubst $(libmicrokit_dir)/$(3)/include/%,$(4)/include/%, \
		$$(wildcard $(libmicrokit_dir)/$(3)/include/*/*.h)) \
	$$(patsubst kernel/include/%,$(4)/include/%,$$(libmicrokit_kernel_headers)) \
	$(4)/include/kernel/gen_config.h
libmicrokit_$(1)_$(2)_objects := \
	$$(patsubst $(libmicrokit_dir)/%.c,$(B)/libmicrokit/$(1)/$(2)/%.o, \
		$$(wildcard $(libmicrokit_dir)/*.c $(libmicrokit_dir)/$(3)/*.c))

$(4)/include/kernel/gen_config.h: $(libmicrokit_dir)/gen_config.py boards/$(1)/board.json
	@mkdir -p $$(@D)
	@$$(PYTHON) $$^ $(2) > $$@

$(4)/include/%.h: $(libmicrokit_dir)/include/%.h
	@mkdir -p $$(@D)
	@cp $$< $$@

$(4)/include/%.h: $(libmicrokit_dir)/$(3)/include/%.h
	@mkdir -p $$(@D)
	@cp $$< $$@

$(4)/include/%.h: kernel/include/%.h
	@mkdir -p $$(@D)
	@cp $$< $$@

$(B)/libmicrokit/$(1)/$(2)/%.o: $(libmicrokit_dir)/%.c | $$(libmicrokit_$(1)_$(2)_headers)
	@mkdir -p $$(@D)
	@$$(TARGET_CC) $$(TARGET_CFLAGS) -ffunction-sections -MMD -MP -I$(4)/include \
		-I$(libmicrokit_dir) -c $$< -o $$@

$(4)/lib/libmicrokit.a: $$(libmicrokit_$(1)_$(2)_objects)
	@mkdir -p $$(@D)
	@rm -f $$@
	@$$(AR) rcsD $$@ $$^

$(4)/lib/microkit.ld: $(libmicrokit_dir)/microkit.ld
	@mkdir -p $$(@D)
	@cp $$< $$@

SDK_FILES += $$(libmicrokit_$(1)_$(2)_headers) $(4)/lib/libmicrokit.a $(4)/lib/microkit.ld
-include $$(libmicrokit_$(1)_$(2)_objects:.o=.d)
endef

$(foreach b,$(BOARDS),$(foreach c,$(CONFIGS),$(eval $(call libmicrokit_rules,$(b),$(c),$\
	$(call libmicrokit_variant,$(c)),$(SDK)/board/$(b)/$(c)))))

# What a PD's build needs: $(call libmicrokit_ready,<board>,<config>).
libmicrokit_ready = $(libmicrokit_$(1)_$(2)_headers) \
	$(SDK)/board/$(1)/$(2)/lib/libmicrokit.a $(SDK)/board/$(1)/$(2)/lib/microkit.ld

# ---- Host tests: the library's own files over a fake kernel ----

libmicrokit_test_files := main defaults child vcpu statistics
libmicrokit_test_programs :=

# $(1) variant, $(2) test
define libmicrokit_test
libmicrokit_test_programs += $(B)/test/libmicrokit/$(1)/$(2)
libmicrokit_$(1)_$(2)_sources := $(libmicrokit_dir)/test/$(2).c $(libmicrokit_dir)/test/kernel.c \
	$$(libmicrokit_test_files:%=$(libmicrokit_dir)/%.c) $$(wildcard $(libmicrokit_dir)/$(1)/*.c)
$(B)/test/libmicrokit/$(1)/$(2): $$(libmicrokit_$(1)_$(2)_sources) \
		| $$(libmicrokit_$(firstword $(BOARDS))_$(1)_headers)
	@mkdir -p $$(@D)
	@$$(call host_program,$$(HOST_SANITISE) -fno-pie -no-pie \
		-DVARIANT='"$(1)"' -D__init_array_start=fake_init_array_start \
		-D__init_array_end=fake_init_array_end \
		-I$(libmicrokit_dir)/test/fake \
		-idirafter $(SDK)/board/$(firstword $(BOARDS))/$(1)/include, \
		$$(libmicrokit_$(1)_$(2)_sources))
-include $(B)/test/libmicrokit/$(1)/$(2).d
endef

$(foreach v,debug release,$(foreach t,library_test defaults_test,$(eval \
	$(call libmicrokit_test,$(v),$(t)))))

test-deps: $(libmicrokit_test_programs)
TESTS += $(libmicrokit_test_programs)
